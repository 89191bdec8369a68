/** A picture as PNG, by resvg, which is there only where somebody installed it. */
import { messageOf, SpanmeterError } from '../../model/errors.js';

/** Sharp on the screens of today. */
const ZOOM = 2;
const LETTERS = '<svg xmlns="http://www.w3.org/2000/svg" width="50" height="50"><text x="9" y="30">ms</text></svg>';

/** @throws SpanmeterError SPANMETER_PICTURE when resvg, or any font to write with, is missing */
export async function toPng(svg: string): Promise<Uint8Array> {
  const { Resvg } = await load();
  if (new Resvg(LETTERS).getBBox() === undefined)
    throw new SpanmeterError(
      'SPANMETER_PICTURE',
      "This machine has no fonts, so that a PNG would have no text. Install some (as Debian's fonts-dejavu-core), or write an .svg.",
    );
  return new Resvg(svg, { fitTo: { mode: 'zoom', value: ZOOM } }).render().asPng();
}

async function load(): Promise<typeof import('@resvg/resvg-js')> {
  try {
    return await import('@resvg/resvg-js');
  } catch (thrown) {
    throw new SpanmeterError(
      'SPANMETER_PICTURE',
      `A PNG needs @resvg/resvg-js, which could not be loaded. Install it (npm install --save-dev @resvg/resvg-js), or write an .svg. (${messageOf(thrown).split('\n', 1)[0]!})`,
      { cause: thrown },
    );
  }
}
