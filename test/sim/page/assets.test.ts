import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pageAssets } from '../../../src/sim/page/assets.ts'

describe('the built page', () => {
  it('is a folder with a document, a script and a style sheet, built once', async () => {
    const folder = await pageAssets()
    expect(await readdir(folder)).toEqual(expect.arrayContaining(['index.html', 'app.js', 'app.css']))
    expect(await pageAssets()).toBe(folder)
  })

  it('loads nothing from elsewhere', async () => {
    const folder = await pageAssets()
    const [html, css] = await Promise.all(['index.html', 'app.css'].map((name) => readFile(join(folder, name), 'utf8')))
    expect(html).not.toMatch(/(src|href)="(https?:)?\/\//)
    expect(css).not.toMatch(/url\(\s*["']?(https?:)?\/\//)
  })
})
