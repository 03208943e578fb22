/**
 * Black–Scholes for a put with no time left but the day's: rates and dividends are nothing over some hours, so the
 * price depends on spot, strike and the standard deviation of the log return still to come (`vol`, not annualised).
 */

/** The standard normal distribution function (Abramowitz–Stegun 26.2.17, error below 1e-7). */
function normalCdf(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x))
  const tail =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429)))) * normalDensity(x)
  return x >= 0 ? 1 - tail : tail
}

function normalDensity(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)
}

/** Price of a put in dollars a share; with no variance left, its intrinsic value. */
export function putPrice(spot: number, strike: number, vol: number): number {
  if (vol <= 0) return Math.max(strike - spot, 0)
  const d1 = Math.log(spot / strike) / vol + vol / 2
  return Math.max(strike * normalCdf(vol - d1) - spot * normalCdf(-d1), strike - spot, 0)
}
