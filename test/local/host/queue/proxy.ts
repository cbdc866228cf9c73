// A TCP proxy that can play dead: an outage of what is behind it, without losing its port.
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export type TcpProxy = {
  port: number
  /** While down, connections are cut, and new ones are cut at once. */
  setDown(down: boolean): void
  /** How many connections were cut at once. */
  refused(): number
  close(): Promise<void>
}

/** Forwards connections of a free port on 127.0.0.1 to `targetPort` there. */
export async function startProxy(targetPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>()
  let isDown = false
  let refused = 0
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    return socket
  }
  const cutAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  const server = createServer((client) => {
    if (isDown) {
      refused++
      client.destroy()
      return
    }
    const target = keep(connect(targetPort, '127.0.0.1'))
    keep(client).pipe(target).pipe(client)
    client.once('close', () => target.destroy())
    target.once('close', () => client.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: address !== null && typeof address === 'object' ? address.port : 0,
    setDown: (down) => {
      isDown = down
      if (down) cutAll()
    },
    refused: () => refused,
    close: async () => {
      server.close()
      cutAll()
      await once(server, 'close')
    },
  }
}
