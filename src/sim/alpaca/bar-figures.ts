/**
 * The figures of a one-minute bar as Alpaca names them, on its stream and over HTTP alike. Entry point: `barFigures`.
 */
import type { VolumeBar } from '../market/price-source.ts'

/** Prices in dollars; `vw`, its mean price, is the middle of high, low and close, to a hundredth of a cent. */
export const barFigures = ({ o, h, l, c, volume, trades }: VolumeBar) => ({
  o,
  h,
  l,
  c,
  v: volume,
  n: trades,
  vw: Math.round(((h + l + c) / 3) * 10_000) / 10_000,
})
