// Reverse proxies of the machine, set up with the snippets of docs/connect/vaultwarden-proxy.md, before a vault and Keytrail.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, request } from 'node:http'
import { createServer as createSocket } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { eventually } from '../support/waiting.ts'

type Server = { readonly url: string; readonly stop: () => Promise<void> }
type Proxy = Server & { readonly port: number }

/** The snippets of the page in this language, in order. */
export async function snippetsOf(language: 'nginx' | 'caddy'): Promise<readonly string[]> {
  const page = await readFile(resolve(import.meta.dirname, '../../docs/connect/vaultwarden-proxy.md'), 'utf8')
  return [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text = '']) => text)
}

/** A request that a server was sent. */
type Received = { readonly line: string; readonly headers: IncomingHttpHeaders; readonly body: string }

/** A server that records what it is sent, and responds with its name. */
export async function startRecorder(name: string): Promise<Server & { readonly received: Received[] }> {
  const received: Received[] = []
  const server = createServer(async (incoming, response) => {
    const parts: Buffer[] = []
    // A proxy that refuses a body ends the request in the middle.
    const whole = await readAll(incoming, parts).catch(() => false)
    if (!whole) return
    const { method = '', url = '', headers } = incoming
    received.push({ line: `${method} ${url}`, headers, body: Buffer.concat(parts).toString() })
    response.end(name)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const stop = async () => {
    server.close()
    server.closeAllConnections()
  }
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, received, stop }
}

async function readAll(incoming: AsyncIterable<Buffer>, parts: Buffer[]): Promise<boolean> {
  for await (const part of incoming) parts.push(part)
  return true
}

/** Starts nginx before a vault, with these snippets in its server block, Keytrail's address in them. */
export async function startNginx(snippets: readonly string[], vault: string, keytrail: string): Promise<Proxy> {
  return startProxy('nginx', (port, folder) => {
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    const text = `
      ${process.getuid?.() === 0 ? 'user root;' : ''}
      daemon off;
      pid ${folder}/pid;
      error_log stderr;
      events {}
      http {
        access_log off;
        ${temporary.map((each) => `${each}_temp_path ${folder}/${each};`).join('\n')}
        server {
          listen 127.0.0.1:${port};
          location / { proxy_pass ${vault}; }
          ${snippets.join('\n').replaceAll('https://keytrail.example.com', keytrail)}
        }
      }`
    return { text, args: ['-e', 'stderr', '-c', join(folder, 'config')] }
  })
}

/** Starts Caddy with this snippet, and with the addresses of vault and Keytrail in it. */
export async function startCaddy(snippet: string, vault: string, keytrail: string): Promise<Proxy> {
  return startProxy('caddy', (port, folder) => {
    const moved = snippet
      .replace('vault.example.com {', `http://:${port} {\n\tbind 127.0.0.1`)
      .replace('https://keytrail.example.com', keytrail)
      .replace('http://127.0.0.1:8000', vault)
    const text = `{\n\tadmin off\n\tauto_https off\n\tstorage file_system ${folder}\n}\n${moved}`
    return { text, args: ['run', '--adapter', 'caddyfile', '--config', join(folder, 'config')] }
  })
}

async function startProxy(
  command: string,
  configure: (port: number, folder: string) => { readonly text: string; readonly args: readonly string[] },
): Promise<Proxy> {
  const [port, folder] = [await freePort(), await mkdtemp(join(tmpdir(), 'keytrail-proxy-'))]
  const { text, args } = configure(port, folder)
  await writeFile(join(folder, 'config'), text)
  const env = { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder }
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], env })
  const failed: Error[] = []
  child.on('error', (error) => failed.push(error))
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (written: string) => (errors += written))
  await eventually(`${command} responds`, async () => {
    if (failed.length > 0 || child.exitCode !== null) throw new Error(`${command}: ${failed[0]?.message ?? errors}`)
    return sendFrom('127.0.0.1', port, 'GET /ready').catch(() => undefined)
  })
  const stop = async () => {
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    await exited
    await rm(folder, { recursive: true })
  }
  return { url: `http://127.0.0.1:${port}`, port, stop }
}

async function freePort(): Promise<number> {
  const server = createSocket().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return address.port
}

type Sent = { readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
type Responded = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly text: string }

/** Sends a request (`POST /path`) from an address of this machine: any of 127.0.0.0/8. */
export async function sendFrom(localAddress: string, port: number, line: string, sent: Sent = {}): Promise<Responded> {
  const [method = 'GET', path = '/'] = line.split(' ')
  const length = { 'content-length': String(Buffer.byteLength(sent.body ?? '')) }
  const headers = { ...(sent.body !== undefined && length), ...sent.headers }
  const outgoing = request({ host: '127.0.0.1', port, localAddress, method, path, headers, agent: false })
  outgoing.end(sent.body)
  const [response] = await once(outgoing, 'response')
  let text = ''
  for await (const part of response.setEncoding('utf8')) text += part
  return { status: response.statusCode, headers: response.headers, text }
}
