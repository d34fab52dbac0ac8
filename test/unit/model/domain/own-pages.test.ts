import { describe, expect, it } from 'vitest';
import { faultsOfPages, ownPagesOf } from '../../../../src/model/domain/own-pages.js';

const errorPage = (value: string) => ownPagesOf({ ERROR_PAGE_URL: value }).errorPageUrl;

describe('pages of an app itself', () => {
  it.each([
    ['https://pages.example.com/error.html', 'https://pages.example.com/error.html'],
    [' http://pages.example.com ', 'http://pages.example.com/'],
    ['HTTPS://Pages.Example.com:8443/a b?"<x>', 'https://pages.example.com:8443/a%20b?%22%3Cx%3E'],
    ['//s3.example.com/bucket/m.html', '//s3.example.com/bucket/m.html'],
    ['https://bücher.example', 'https://xn--bcher-kva.example/'],
  ])('%s is shown', (value, url) => {
    expect(errorPage(value)).toBe(url);
    expect(faultsOfPages({ ERROR_PAGE_URL: value })).toEqual([]);
  });

  it.each([
    ['pages.example.com', 'must be a whole URL'],
    ['/error.html', 'must be a whole URL'],
    ['javascript:alert(1)', 'must be a whole URL'],
    ['data:text/html,x', 'must be a whole URL'],
    ['https://', 'is no URL'],
    ['https://a b/', 'is no URL'],
    ['//[', 'is no URL'],
    ['https://jane:s3cret@pages.example.com/', 'must not hold a password'],
    [`https://pages.example.com/${'s3cret'.repeat(400)}`, 'more than 2000 characters'],
  ])('%s is not, and the fault names no value', (value, fault) => {
    expect(ownPagesOf({ MAINTENANCE_PAGE_URL: value }).maintenancePageUrl).toBeNull();
    const [told] = faultsOfPages({ MAINTENANCE_PAGE_URL: value });
    expect(told).toMatch(new RegExp(`^MAINTENANCE_PAGE_URL .*${fault}`));
    expect(told).not.toContain('s3cret');
  });

  it('are none where a set has none, or removes them', () => {
    expect(ownPagesOf({ OTHER: 'https://x.example' })).toEqual({ errorPageUrl: null, maintenancePageUrl: null });
    expect(ownPagesOf({ ERROR_PAGE_URL: '' })).toEqual({ errorPageUrl: null, maintenancePageUrl: null });
    expect(faultsOfPages({ ERROR_PAGE_URL: null, MAINTENANCE_PAGE_URL: '' })).toEqual([]);
  });
});
