/** SVG → PNG with the fonts that come with the program, so that a chart looks the same on every machine. */
import { createRequire } from 'node:module'

const FONT_FAMILY = 'Inter'
const FONT_FILES = ['400Regular/Inter_400Regular.ttf', '600SemiBold/Inter_600SemiBold.ttf']

export const CHART_FONT = FONT_FAMILY

/** `scale`: pixels a unit of the SVG. Loads the renderer when first used. */
export async function pngOf(svg: string, scale: number): Promise<Uint8Array> {
  const { Resvg } = await import('@resvg/resvg-js')
  const require = createRequire(import.meta.url)
  const resvg = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: scale },
    font: {
      loadSystemFonts: false,
      fontFiles: FONT_FILES.map((file) => require.resolve(`@expo-google-fonts/inter/${file}`)),
      defaultFontFamily: FONT_FAMILY,
    },
  })
  return resvg.render().asPng()
}
