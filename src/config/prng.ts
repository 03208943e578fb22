/**
 * Deterministic randomness for whatever draws (simulated markets, resampling, fault plans): the same seed gives the
 * same draws on every machine. Nothing here is fit for secrets.
 *
 * Entry points: `sequence` (a stream of draws), `noiseAt` (a draw addressed by what it is for, in any order).
 */

export interface RandomSequence {
  /** Uniform in [0, 1). */
  uniform(): number
  /** Standard normal. */
  normal(): number
}

/** FNV-1a over the text's code units, finished with an avalanche so that near seeds are far apart. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return avalanche(hash)
}

function avalanche(value: number): number {
  let mixed = value >>> 0
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

/** Marsaglia's xorshift128 with an added Weyl sequence (xorwow): short, fast, long enough for a simulated day. */
export function sequence(seed: string): RandomSequence {
  let x = hashText(`${seed}/x`) | 1
  let y = hashText(`${seed}/y`)
  let z = hashText(`${seed}/z`)
  let w = hashText(`${seed}/w`)
  let weyl = 0
  const next = (): number => {
    const t = x ^ (x >>> 2)
    x = y
    y = z
    z = w
    w = w ^ (w << 4) ^ t ^ (t << 1)
    weyl = (weyl + 362437) | 0
    return (w + weyl) >>> 0
  }
  const uniform = (): number => next() / 0x1_0000_0000
  let spare: number | null = null
  const normal = (): number => {
    if (spare !== null) {
      const drawn = spare
      spare = null
      return drawn
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()))
    const angle = 2 * Math.PI * uniform()
    spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }
  return { uniform, normal }
}

/** Uniform in [0, 1), a function of its arguments only. */
export function noiseAt(seed: number, a: number, b: number): number {
  return avalanche(avalanche(Math.imul(a + 1, 0x9e3779b1) ^ seed) ^ Math.imul(b + 1, 0x85ebca77)) / 0x1_0000_0000
}

/** Roughly normal with unit variance (three uniforms), a function of its arguments only. */
export function normalNoiseAt(seed: number, a: number, b: number): number {
  return (noiseAt(seed, a, b) + noiseAt(seed ^ 0x5bd1e995, a, b) + noiseAt(seed ^ 0x27d4eb2f, a, b) - 1.5) * 2
}
