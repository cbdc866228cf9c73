// Writes small data files in MaxMind DB format (maxmind.github.io/MaxMind-DB, version 2.0), for tests: IPv6 trees with 24-bit records.
import { parseAddress, parseNetwork } from '../../../src/domain/addresses.ts'

type Value = string | number | boolean | { readonly [key: string]: Value }

type Node = { left: Node | number | undefined; right: Node | number | undefined }

/** A file of this type with a record for each network, `203.0.113.0/24` or `2001:db8::/32`; IPv4 is at `::/96`. */
export function mmdbOf(databaseType: string, records: Readonly<Record<string, Value>>): Buffer {
  const root: Node = { left: undefined, right: undefined }
  const data: Buffer[] = []
  let dataBytes = 0
  for (const [network, record] of Object.entries(records)) {
    insert(root, bitsOf(network), dataBytes)
    const bytes = encoded(record)
    data.push(bytes)
    dataBytes += bytes.length
  }
  const nodes = numbered(root)
  const index = new Map(nodes.map((node, at) => [node, at]))
  const pointer = (child: Node['left']) => {
    if (child === undefined) return nodes.length
    return typeof child === 'number' ? nodes.length + 16 + child : (index.get(child) ?? 0)
  }
  const tree = Buffer.concat(nodes.flatMap(({ left, right }) => [uint24(pointer(left)), uint24(pointer(right))]))
  const metadata = encoded({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_767_225_600,
    database_type: databaseType,
    ip_version: 6,
    node_count: nodes.length,
    record_size: 24,
  })
  const marker = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1')
  return Buffer.concat([tree, Buffer.alloc(16), ...data, marker, metadata])
}

function bitsOf(text: string): number[] {
  const network = parseNetwork(text) ?? { address: parseAddress(text) ?? [], bits: 0 }
  const isIpv4 = network.address.length === 4
  const bytes = isIpv4 ? [...new Array<number>(12).fill(0), ...network.address] : network.address
  const bits = bytes.flatMap((byte) => Array.from({ length: 8 }, (_, bit) => (byte >> (7 - bit)) & 1))
  return bits.slice(0, network.bits + (isIpv4 ? 96 : 0))
}

function insert(root: Node, bits: readonly number[], offset: number): void {
  let node = root
  for (const [at, bit] of bits.entries()) {
    const side = bit === 1 ? 'right' : 'left'
    if (at === bits.length - 1) {
      node[side] = offset
      return
    }
    const child = node[side]
    const next = typeof child === 'object' ? child : { left: undefined, right: undefined }
    node[side] = next
    node = next
  }
}

function numbered(root: Node): Node[] {
  const nodes = [root]
  for (const node of nodes) {
    for (const child of [node.left, node.right]) if (typeof child === 'object') nodes.push(child)
  }
  return nodes
}

const uint24 = (value: number) => Buffer.from([value >> 16, (value >> 8) & 0xff, value & 0xff])

/** Data types of the format: 1 is a pointer, 2 text, 3 a double, 6 an unsigned number, 7 a map, 14 a boolean. */
function encoded(value: Value): Buffer {
  if (typeof value === 'string') return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)])
  if (typeof value === 'boolean') return Buffer.from([value ? 1 : 0, 14 - 7])
  if (typeof value === 'number') return Number.isInteger(value) && value >= 0 ? unsigned(value) : double(value)
  const entries = Object.entries(value).flatMap(([key, each]) => [encoded(key), encoded(each)])
  return Buffer.concat([control(7, Object.keys(value).length), ...entries])
}

function control(type: number, size: number): Buffer {
  return size < 29 ? Buffer.from([(type << 5) | size]) : Buffer.from([(type << 5) | 29, size - 29])
}

function unsigned(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return Buffer.concat([control(6, 4), bytes])
}

function double(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleBE(value)
  return Buffer.concat([control(3, 8), bytes])
}
