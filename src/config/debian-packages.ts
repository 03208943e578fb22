/**
 * Programs from Debian's and Ubuntu's own packages, downloaded and unpacked into a folder: nothing is installed, no
 * root is needed, and no service is started.
 *
 * Entry points: `isDebianLike`, `downloadAndUnpack`, `missingLibraries`, `libraryPath`.
 */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { findOnPath, type RunResult, runProgram } from './programs.ts'

const UPDATE_TIMEOUT_MS = 180_000
const DOWNLOAD_TIMEOUT_MS = 300_000
const UNPACK_TIMEOUT_MS = 120_000

export type Say = (line: string) => void

export function isDebianLike(): boolean {
  return existsSync('/etc/debian_version') && findOnPath(['apt-get']) !== null && findOnPath(['dpkg']) !== null
}

interface DownloadRequest {
  readonly packages: readonly string[]
  /** Packages are unpacked below this folder as if it were `/`. */
  readonly into: string
  /** Package lists and archives are kept here while downloading. */
  readonly workDir: string
  /** Also everything the packages need that is not installed on this machine. */
  readonly withDependencies: boolean
  readonly say: Say
}

/**
 * Downloads with the machine's package lists; where they are missing or out of date, with fresh ones fetched into
 * `workDir`. Null when done, else what went wrong.
 */
export async function downloadAndUnpack(request: DownloadRequest): Promise<string | null> {
  const archives = join(request.workDir, 'archives')
  rmSync(archives, { recursive: true, force: true })
  for (const folder of ['archives/partial', 'cache/archives/partial', 'state/lists/partial', 'log']) {
    mkdirSync(join(request.workDir, folder), { recursive: true })
  }
  mkdirSync(request.into, { recursive: true })
  let result = await download(request, archives, [])
  if (!result.ok) {
    request.say('Fetching the package lists ...')
    const lists = ['-o', `Dir::State::lists=${join(request.workDir, 'state/lists')}`]
    const update = await apt(request, ['update'], lists, UPDATE_TIMEOUT_MS)
    if (!update.ok) return `apt-get update failed: ${lastLines(update)}`
    result = await download(request, archives, lists)
  }
  if (!result.ok) return `downloading ${request.packages.join(', ')} failed: ${lastLines(result)}`
  const files = readdirSync(archives).filter((name) => name.endsWith('.deb'))
  for (const file of files) {
    const unpacked = await runProgram('dpkg', ['-x', join(archives, file), request.into], {
      timeout_ms: UNPACK_TIMEOUT_MS,
    })
    if (!unpacked.ok) return `unpacking ${file} failed: ${lastLines(unpacked)}`
  }
  rmSync(request.workDir, { recursive: true, force: true })
  return null
}

function download(request: DownloadRequest, archives: string, lists: readonly string[]): Promise<RunResult> {
  const args = request.withDependencies
    ? ['install', '--download-only', '--no-install-recommends', '-y', ...request.packages]
    : ['download', ...request.packages]
  const place = request.withDependencies ? ['-o', `Dir::Cache::archives=${archives}`] : []
  return apt(request, args, [...lists, ...place], DOWNLOAD_TIMEOUT_MS, archives)
}

function apt(
  request: DownloadRequest,
  args: readonly string[],
  options: readonly string[],
  timeout_ms: number,
  cwd: string = request.workDir,
): Promise<RunResult> {
  const own = [
    '-qq',
    ['-o', `Dir::Cache=${join(request.workDir, 'cache')}`],
    ['-o', `Dir::Log=${join(request.workDir, 'log')}`],
    // Nothing of the system is written, so its locks are not needed (and belong to root).
    ['-o', 'Debug::NoLocking=1'],
    ['-o', 'Acquire::Retries=2'],
    // Root's apt downloads as a user who may not write into the project's folder.
    ['-o', `APT::Sandbox::User=${process.getuid?.() === 0 ? 'root' : ''}`],
  ].flat()
  return runProgram('apt-get', [...own, ...options, ...args], {
    cwd,
    timeout_ms,
    env: { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
  })
}

function lastLines(result: RunResult): string {
  const text = result.stderr.trim() || result.stdout.trim()
  return text.split('\n').slice(-3).join(' / ')
}

/** Folders below an unpacked root that hold shared libraries, as a value of LD_LIBRARY_PATH. */
export function libraryPath(root: string): string {
  const folders: string[] = []
  for (const base of ['usr/lib', 'lib']) {
    const folder = join(root, base)
    if (!existsSync(folder)) continue
    folders.push(folder)
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory() && entry.name.includes('-linux-')) folders.push(join(folder, entry.name))
    }
  }
  return folders.join(':')
}

/** Names of the shared libraries (like `liblzf.so.1`) that the loader does not find for a program. */
export async function missingLibraries(program: string, searchPath: string): Promise<readonly string[]> {
  const result = await runProgram('ldd', [program], {
    timeout_ms: 10_000,
    env: { ...process.env, LD_LIBRARY_PATH: searchPath, LC_ALL: 'C' },
  })
  return [...result.stdout.matchAll(/^\s*(\S+) => not found/gm)].flatMap((match) => match[1] ?? [])
}
