/** Which versions this process runs. Entry point: `readVersions`. */
import { version as discordJs } from 'discord.js'
import { programVersion } from '../config/version.ts'

export interface Versions {
  readonly phase4d: string
  readonly node: string
  readonly discordJs: string
}

export function readVersions(): Versions {
  return { phase4d: programVersion(), node: process.versions.node, discordJs }
}
