/** Charts as files: the option that names one, and the writing. Entry points: `chartFile`, `saveChart`. */
import { writeFile } from 'node:fs/promises'
import { z } from 'zod'
import { fromTypedPath } from '../config/paths.ts'
import { reasonOf } from '../config/reason.ts'
import { UsageError } from './usage.ts'

export const chartFile = z.string().regex(/\.png$/i, { error: 'expected a file name that ends in .png' })

/** @throws UsageError where the file cannot be written. */
export async function saveChart(file: string, png: Uint8Array): Promise<void> {
  try {
    await writeFile(fromTypedPath(file), png)
  } catch (error) {
    throw new UsageError(`--chart ${file}: expected a place to write to: ${reasonOf(error)}`)
  }
}
