// One HTTP/2 connection: its requests are served as if each had a connection of its own.
import { constants, performServerHandshake, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { performance } from 'node:perf_hooks';
import type { TLSSocket } from 'node:tls';
import type { Entry } from '../peer/addresses.js';
import type { Peer } from '../peer/peer.js';
import { ONE_TOO_MANY, TOO_MANY_HEADS } from '../in/bad-head.js';
import { refusalPage } from '../in/error-page.js';
import type { Exchange } from '../in/exchange.js';
import { SMALL_HEAD } from '../in/heads-in-flight.js';
import type { Port, SessionView } from '../in/port.js';
import { MAX_H2_HEAD, MAX_HEADERS, MAX_RESPONSE_HEAD, MAX_STREAMS, type Limits } from '../limits.js';
import { bytesMoved } from '../out/idle-window.js';
import type { ProxyParts } from '../parts.js';
import { rawHeadOf } from './head.js';
import { StreamClient } from './stream-client.js';

const { NGHTTP2_CANCEL, NGHTTP2_ENHANCE_YOUR_CALM, NGHTTP2_FLAG_END_STREAM, NGHTTP2_REFUSED_STREAM } = constants;

/** Pseudo-headers, and a few more than a request may have: those are told so. */
const MOST_FIELDS = MAX_HEADERS + 24;
/** So many requests more than were answered may be cancelled: each costs a dyno what it costs to begin (CVE-2023-44487). */
const MOST_CANCELLED = 200;
/** Requests at work that may hold, of bodies and answers, what a connection of HTTP/1.1 may: they are counted as one. */
const REQUESTS_PER_PLACE = 8;
/** Of what comes, so much may be neither heads nor bodies, and beyond it one byte of eight must be. */
const MOST_IDLE_TALK = 1_048_576;
const WHOLE_TALK = 8;

/** Of an answer's head as nghttp2 reckons it, which takes each header for some more than it is. */
const MOST_SENT = 4 * MAX_RESPONSE_HEAD;

const OPTIONS = {
  maxHeaderListPairs: MOST_FIELDS,
  maxSendHeaderBlockLength: MOST_SENT,
  settings: { maxConcurrentStreams: MAX_STREAMS, maxHeaderListSize: MAX_H2_HEAD, enablePush: false },
};

export class Session implements SessionView {
  readonly peer: Peer;
  readonly toldProtocol: string;
  private readonly socket: TLSSocket;
  private readonly port: Port;
  private readonly session: ServerHttp2Session;
  private readonly clients = new Set<StreamClient>();
  /** How it was let in, and each time its requests had become so many more. */
  private readonly entries: Entry[];
  private cancelled = 0;
  private payload = 0;
  /** When it began, or its last request ended (monotonic). */
  private idleTick = performance.now();
  private isFresh = true;

  constructor(socket: TLSSocket, port: Port, peer: Peer) {
    this.socket = socket;
    this.port = port;
    this.peer = peer;
    this.entries = [peer.isOneTooMany ? 'one too many' : 'in'];
    this.toldProtocol = `http2.0 tls=true tls_version=${(socket.getProtocol() ?? '').toLowerCase().replace('v', '')}`;
    this.session = performServerHandshake(socket, OPTIONS);
    // Sockets of a port may be open half; here, who ends its side is gone.
    socket.once('end', () => socket.destroy());
    port.sessions.add(this);
    this.session.on('stream', (stream, _headers, flags, fields?: string[]) => this.serve(stream, fields ?? [], flags));
    this.session.on('error', () => undefined);
    this.session.on('close', () => this.onClose());
  }

  get parts(): ProxyParts {
    return this.port.parts;
  }

  get streams(): number {
    return Math.max(1, this.clients.size);
  }

  get exchanges(): Exchange[] {
    return [...this.clients].flatMap(({ exchange }) => exchange ?? []);
  }

  bytesMoved(): number {
    return bytesMoved(this.socket);
  }

  countBody(bytes: number): void {
    this.payload += bytes;
  }

  leave(): void {
    if (!this.session.closed && !this.session.destroyed) this.session.close();
  }

  look(now: number, limits: Limits): void {
    for (const client of this.clients) client.look(now, limits);
    if (this.socket.bytesRead / WHOLE_TALK > this.payload + MOST_IDLE_TALK) return this.calm();
    if (this.clients.size === 0 && now - this.idleTick > (this.isFresh ? limits.headersMs : limits.keepAliveMs)) this.leave();
  }

  forget(client: StreamClient): void {
    this.clients.delete(client);
    for (; this.entries.length > placesOf(this.streams); this.entries.pop()) this.peer.places.leave();
    this.idleTick = performance.now();
    if (client.hasAnswered) this.cancelled = Math.max(0, this.cancelled - 1);
    else if (!client.isCutOff) this.noteCancelled();
  }

  private serve(stream: ServerHttp2Stream, fields: string[], flags: number): void {
    stream.on('error', () => undefined);
    if (stream.destroyed || stream.closed) return this.noteCancelled();
    this.isFresh = false;
    const endsHere = (flags & NGHTTP2_FLAG_END_STREAM) !== 0;
    const client = new StreamClient(stream, this, endsHere);
    this.clients.add(client);
    // Begun when its port had closed already, amid its handshake, it has this request and no other.
    if (this.port.isClosing) this.leave();
    const entry = this.enter();
    if (entry === 'out') return client.destroy(NGHTTP2_REFUSED_STREAM);
    const bytes = fields.reduce((sum, text) => sum + text.length, 0);
    this.payload += bytes;
    const raw = rawHeadOf(fields, endsHere);
    if ('cause' in raw) return client.answerPage(raw.status, refusalPage(raw.status, raw.message));
    this.port.serve(client, raw, entry !== 'in' ? ONE_TOO_MANY : bytes > SMALL_HEAD ? this.holdHead(stream, bytes) : null);
  }

  private enter(): Entry {
    const places = placesOf(this.streams);
    if (this.entries.length < places) this.entries.push(this.peer.places.enter());
    return this.entries[places - 1]!;
  }

  // A large head is held while its request is at work.
  private holdHead(stream: ServerHttp2Stream, bytes: number): typeof TOO_MANY_HEADS | null {
    const { heads } = this.port;
    if (!heads.hold(bytes)) return TOO_MANY_HEADS;
    stream.once('close', () => heads.letGo(bytes));
    return null;
  }

  private noteCancelled(): void {
    this.cancelled += 1;
    if (this.cancelled > MOST_CANCELLED) this.calm();
  }

  private calm(): void {
    if (this.session.destroyed) return;
    for (const client of this.clients) client.destroy(NGHTTP2_CANCEL);
    this.session.destroy(new Error('too much'), NGHTTP2_ENHANCE_YOUR_CALM);
  }

  private onClose(): void {
    this.port.sessions.delete(this);
    this.socket.destroy();
  }
}

function placesOf(streams: number): number {
  return Math.ceil(streams / REQUESTS_PER_PLACE);
}
