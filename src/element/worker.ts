// The worker of <kallima-generator>: one model, drawn away from the page's thread.
import { LocalPainter } from './local-painter';
import { READY, type Reply, type Request } from './painter';

const painter = new LocalPainter();

self.addEventListener('message', async ({ data }: MessageEvent<Request>) => {
  const { id } = data;
  const answer = (reply: Reply, transfer: Transferable[] = []) => self.postMessage(reply, { transfer });
  try {
    if ('load' in data) {
      answer({ id, result: await painter.load(data.load) });
    } else {
      const result = await painter.draw(data.draw);
      answer({ id, result }, [result.pixels.buffer]);
    }
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
    answer({ id, error: { name, message } });
  }
});

self.postMessage(READY);
