/**
 * Finds a Redis server program: on the path, unpacked earlier, or from the distribution's packages. Debian's and
 * Ubuntu's `redis-tools` holds the whole server: `redis-check-rdb` is the same program, which acts on the name it is
 * started under.
 */
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { downloadAndUnpack, isDebianLike, libraryPath, missingLibraries, type Say } from './debian-packages.ts'
import { DATA_DIR } from './paths.ts'
import { findOnPath, runProgram } from './programs.ts'

export interface RedisProgram {
  readonly path: string
  /** Folders of shared libraries the program needs beside the system's; null for an installed one. */
  readonly loadPath: string | null
}

type FindRedisResult =
  | { readonly ok: true; readonly program: RedisProgram }
  | { readonly ok: false; readonly problem: string }

const PACKAGES = ['redis-tools', 'liblzf1', 'libjemalloc2', 'libatomic1'] as const
const PACKAGE_OF_LIBRARY: Readonly<Record<string, string>> = {
  'liblzf.so.1': 'liblzf1',
  'libjemalloc.so.2': 'libjemalloc2',
  'libatomic.so.1': 'libatomic1',
  'libssl.so.3': 'libssl3',
  'libcrypto.so.3': 'libssl3',
  'libssl.so.1.1': 'libssl1.1',
  'libcrypto.so.1.1': 'libssl1.1',
  'libsystemd.so.0': 'libsystemd0',
  'liblua5.1.so.0': 'liblua5.1-0',
  'liblua5.1-cjson.so.0': 'lua-cjson',
  'liblua5.1-bitop.so.0': 'lua-bitop',
  'libhiredis.so.0.14': 'libhiredis0.14',
  'libcap.so.2': 'libcap2',
  'libgcrypt.so.20': 'libgcrypt20',
  'libgpg-error.so.0': 'libgpg-error0',
  'liblzma.so.5': 'liblzma5',
  'libzstd.so.1': 'libzstd1',
  'liblz4.so.1': 'liblz4-1',
  'libstdc++.so.6': 'libstdc++6',
}
const LIBRARY_ROUNDS_MAX = 3

interface FindRedisOptions {
  /** Value of PATH to search; the process's own by default. */
  readonly path?: string
  /** Where the unpacked program is kept. */
  readonly dataDir?: string
  readonly say: Say
}

export async function findRedisProgram(options: FindRedisOptions): Promise<FindRedisResult> {
  const onPath = findOnPath(['redis-server', 'valkey-server'], options.path)
  if (onPath !== null) return { ok: true, program: { path: onPath, loadPath: null } }
  const home = join(options.dataDir ?? DATA_DIR, 'redis-program')
  const program = { path: join(home, 'bin', 'redis-server'), loadPath: libraryPath(join(home, 'root')) }
  if (existsSync(program.path) && (await answersToVersion(program))) return { ok: true, program }
  if (!isDebianLike()) return { ok: false, problem: missingMessage('none was found on the path') }
  options.say('No Redis on this machine: unpacking the one from the distribution packages into .data (once) ...')
  const problem = await unpackRedis(home, options.say)
  if (problem !== null) return { ok: false, problem: missingMessage(problem) }
  return { ok: true, program: { path: program.path, loadPath: libraryPath(join(home, 'root')) } }
}

async function unpackRedis(home: string, say: Say): Promise<string | null> {
  rmSync(home, { recursive: true, force: true })
  const root = join(home, 'root')
  const check = join(root, 'usr/bin/redis-check-rdb')
  let packages: readonly string[] = PACKAGES
  for (let round = 0; round < LIBRARY_ROUNDS_MAX; round += 1) {
    const request = { packages, into: root, workDir: join(home, 'apt'), withDependencies: false, say }
    const problem = await downloadAndUnpack(request)
    if (problem !== null) return problem
    const missing = await missingLibraries(check, libraryPath(root))
    if (missing.length === 0) break
    const unknown = missing.filter((library) => PACKAGE_OF_LIBRARY[library] === undefined)
    if (unknown.length > 0) return `redis-tools needs ${unknown.join(', ')}, which no known package holds`
    packages = [...new Set(missing.flatMap((library) => PACKAGE_OF_LIBRARY[library] ?? []))]
  }
  const program = { path: join(home, 'bin', 'redis-server'), loadPath: libraryPath(root) }
  mkdirSync(join(home, 'bin'), { recursive: true })
  symlinkSync('../root/usr/bin/redis-check-rdb', program.path)
  return (await answersToVersion(program)) ? null : 'the unpacked program does not run as a Redis server'
}

async function answersToVersion(program: RedisProgram): Promise<boolean> {
  const result = await runProgram(program.path, ['--version'], { timeout_ms: 10_000, env: redisEnvironment(program) })
  return result.ok && /server v=\d/i.test(result.stdout)
}

/** The environment to start the program with. */
export function redisEnvironment(program: RedisProgram): NodeJS.ProcessEnv {
  if (program.loadPath === null) return { ...process.env }
  const inherited = process.env.LD_LIBRARY_PATH
  return { ...process.env, LD_LIBRARY_PATH: [program.loadPath, inherited].filter(Boolean).join(':') }
}

function missingMessage(why: string): string {
  return [
    `Phase4D needs a Redis server and could not provide one: ${why}.`,
    'Do one of these, then run the same command again:',
    '  Debian, Ubuntu   sudo apt-get install redis-server',
    '  Fedora           sudo dnf install valkey',
    '  macOS            brew install redis',
    '  Docker           docker run -d -p 6379:6379 redis:7   and set REDIS_URL=redis://127.0.0.1:6379',
  ].join('\n')
}
