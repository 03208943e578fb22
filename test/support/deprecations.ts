/** Deprecation warnings of the libraries, as the process hears of them. Entry point: `hearDeprecations`. */

interface Deprecations {
  /** Those heard since the last call. */
  take(): readonly string[]
}

export function hearDeprecations(): Deprecations {
  const heard: string[] = []
  process.on('warning', ({ name, message }) => {
    if (name === 'DeprecationWarning') heard.push(message)
  })
  return { take: () => heard.splice(0) }
}
