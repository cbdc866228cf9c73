// The page as it is built: within its budget, nothing written into index.html, every asset named by its content.
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { buildWeb } from '../../scripts/build-web.ts'
import type { WebFiles } from '../../src/bundled/web-files.ts'

/** What scripts and styles may weigh together, compressed. */
const compressedBytesMax = 120 * 1024

let files: WebFiles
beforeAll(async () => {
  files = (await buildWeb()).files
})

describe('the page', () => {
  test('has scripts and styles of at most 120 KB, compressed', () => {
    const weighed = Object.values(files.assets).filter(({ type }) => /javascript|css/.test(type))
    expect(weighed).toHaveLength(2)
    const bytes = weighed.reduce((sum, { brotli }) => sum + Buffer.from(brotli, 'base64').length, 0)
    expect(bytes).toBeLessThanOrEqual(compressedBytesMax)
  })

  test('has its scripts and styles in files alone, so that it needs no exception from its policy', () => {
    const { text } = files.index
    expect(text).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:|data:/i)
    expect([...text.matchAll(/<script[^>]*>([^<]*)/g)].map(([, inside]) => inside)).toEqual([''])
    expect(text).not.toMatch(/(?:src|href)="(?!\/app\/assets\/)/)
  })

  test('names assets by their content, each of them there', () => {
    const named = [...files.index.text.matchAll(/"\/app\/assets\/([^"]+)"/g)].map(([, name]) => name)
    expect(named.toSorted()).toEqual(Object.keys(files.assets).toSorted())
    for (const [name, { hash }] of Object.entries(files.assets)) expect(name).toContain(hash)
  })

  test('asks nobody else for styles, fonts or images', () => {
    const styles = Object.values(files.assets).find(({ type }) => type.startsWith('text/css'))
    expect(styles?.text).not.toMatch(/@import|url\(\s*['"]?(?:https?:|\/\/)/)
  })

  test('has each file compressed as it is', () => {
    for (const { text, brotli, gzip } of [files.index, ...Object.values(files.assets)]) {
      expect(brotliDecompressSync(Buffer.from(brotli, 'base64')).toString() === text).toBe(true)
      expect(gunzipSync(Buffer.from(gzip, 'base64')).toString() === text).toBe(true)
    }
  })

  test('is the same when built again', async () => {
    expect((await buildWeb()).files).toEqual(files)
  })
})
