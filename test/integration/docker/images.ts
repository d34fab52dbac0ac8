// The stack's images, as the set-up made them.

export const runImage = process.env['SLIPWAY_RUN_IMAGE'] || 'slipway/stack:dev';
export const buildImage = process.env['SLIPWAY_BUILD_IMAGE'] || 'slipway/stack-build:dev';
