// Database servers of a test's own: in a folder of their own, on a free port, as an unprivileged user, ended with the test.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A server that runs; `folder` is its user's. */
type PrivateServer = { readonly folder: string; readonly stop: () => Promise<void> }

const isRoot = process.getuid?.() === 0

/** A command as this user: servers refuse to run as root. */
const asUser = (user: string, command: readonly string[]): [string, string[]] => {
  const [program = '', ...args] = command
  return isRoot ? ['runuser', ['-u', user, '--', program, ...args]] : [program, args]
}

/** A new folder that is the user's. */
export async function folderOf(user: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'keytrail-db-'))
  await chmod(folder, 0o755)
  if (isRoot) await run('chown', [user, folder])
  return folder
}

/** The first of these programs that is there; throws, saying what to install. */
export async function programOf(candidates: readonly string[], packageName: string): Promise<string> {
  for (const each of candidates) {
    const { stdout } = await run('sh', ['-c', `ls -d ${each} 2>/dev/null | tail -n 1`]).catch(() => ({ stdout: '' }))
    if (stdout.trim() !== '') return stdout.trim()
  }
  throw new Error(`these tests need a real server: apt-get install ${packageName}`)
}

/** Runs a command of a server's package to its end. */
export async function runAs(user: string, command: readonly string[]): Promise<void> {
  const [program, args] = asUser(user, command)
  await run(program, args)
}

/** Starts a server. `stop` ends it and removes its folder. */
export function startServer(user: string, command: readonly string[], folder: string): PrivateServer {
  const [program, args] = asUser(user, command)
  const child: ChildProcess = spawn(program, args, { stdio: 'ignore' })
  return {
    folder,
    stop: async () => {
      // runuser hands SIGTERM on to the server.
      if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'exit')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : 0
}
