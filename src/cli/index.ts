#!/usr/bin/env node
import { Command, Option } from 'commander';
import { BACKEND_NAMES, enableRelaxedSimd } from '../backend';
import { BUILT_IN_DATA, EXPORT_FORMATS, version } from '../index';
import type { BenchOptions } from './bench';
import { type DirectionsOptions, directions } from './directions';
import { doctor } from './doctor';
import { type ExportOptions, exportGenerator } from './export';
import { type InvertOptions, invert } from './invert';
import {
  benchEngines,
  channelCount,
  columnName,
  imageRange,
  imageShape,
  list,
  numberBetween,
  rowsAndColumns,
  wholeNumber,
  wholeNumbers,
} from './options';
import { GAME_NAMES, OBJECTIVE_NAMES } from './recipe';
import { type SampleOptions, sample } from './sample';
import { type TrainOptions, train } from './train';
import { type TranslateOptions, translate } from './translate';

const program = new Command('kallima')
  .description('Train GANs, and draw from them, wherever JavaScript runs.')
  .version(version)
  .configureOutput({ outputError: (text, write) => write(`${oneLine(text)}\n`) });

const backendOption = () =>
  new Option('--backend <name>', 'where to compute').choices(['auto', ...BACKEND_NAMES]);
const threadsOption = () =>
  new Option('--threads <n>', 'threads of the kallima backend (default: as many as help)').argParser(
    wholeNumber(1),
  );
const debugOption = () => new Option('--debug', 'show where an error came from');
const jsonOption = (text: string) => new Option('--json', text);

program
  .command('train')
  .description('train a GAN in a run folder: config.json, log.jsonl, samples/, checkpoints/')
  .option(
    '--data <name|path>',
    `${BUILT_IN_DATA.join(', ')}, or files: IDX, images in a folder or zip, CIFAR-10, CSV, .npy; several as a=…,b=… (translations), x=…,words=…, x=…,sound=… (default: faces)`,
  )
  .addOption(new Option('--size <pixels>', 'resize images').argParser(wholeNumber(1)))
  .addOption(new Option('--channels <n>', 'make images grey (1) or coloured (3)').argParser(channelCount))
  .addOption(
    new Option('--label-column <column>', 'of a CSV: name or number of the column to leave out').argParser(
      columnName,
    ),
  )
  .addOption(
    new Option('--image-shape <HxWxC>', 'of a CSV whose lines are images, e.g. 8x8x1').argParser(imageShape),
  )
  .addOption(
    new Option('--image-range <black,white>', 'of such images (default: 0,255)').argParser(imageRange),
  )
  .addOption(new Option('--game <name>', 'kind of GAN (default: what suits the data)').choices(GAME_NAMES))
  .addOption(
    new Option('--objective <name>', 'losses of gan, conditional, pix2pix and cyclegan').choices(
      OBJECTIVE_NAMES,
    ),
  )
  .option(
    '--by <column>',
    'of conditional: what conditions, words, sound or label (default: the first there is)',
  )
  .addOption(new Option('--rounds <n>', 'rounds to play').argParser(wholeNumber(1)))
  .addOption(
    new Option('--minutes <n>', 'stop after so many minutes').argParser(
      numberBetween(0, Number.POSITIVE_INFINITY),
    ),
  )
  .addOption(new Option('--batch <n>', 'examples in a batch').argParser(wholeNumber(1)))
  .addOption(
    new Option('--seed <n>', 'fixes weights, order and noise (default: 0)').argParser(wholeNumber(0)),
  )
  .addOption(new Option('--width <n>', 'width of the networks').argParser(wholeNumber(1)))
  .addOption(new Option('--latent <n>', 'length of the latent vector').argParser(wholeNumber(1)))
  .addOption(
    new Option('--steps <n>', 'updates of the discriminator or critic a round').argParser(wholeNumber(1)),
  )
  .addOption(
    new Option(
      '--penalty <n>',
      'weight of the gradient penalty, of gan, wgan-gp, conditional and stargan; 0 for none',
    ).argParser(numberBetween(0, Number.POSITIVE_INFINITY, false)),
  )
  .option(
    '--condition <text>',
    'what the pictures of the run show, of conditional and stargan: a class, words, a sound',
  )
  .addOption(
    new Option(
      '--lambda <n>',
      'weight of the L1 loss: to the example in conditional and pix2pix, around the cycle in cyclegan, back in stargan',
    ).argParser(numberBetween(0, Number.POSITIVE_INFINITY, false)),
  )
  .addOption(
    new Option('--learning-rate <n>', 'of both players').argParser(
      numberBetween(0, Number.POSITIVE_INFINITY),
    ),
  )
  .option('--anneal', 'let the learning rates fall in a line to zero at the last round')
  .option('--no-anneal', 'keep the learning rates as they are')
  .addOption(
    new Option(
      '--averaging <decay>',
      'of the averaged weights that samples are drawn with; 0 for none',
    ).argParser(numberBetween(0, 1, false)),
  )
  .addOption(backendOption())
  .addOption(threadsOption())
  .option('--out <folder>', 'folder of the run (default: a new one in runs/)')
  .addOption(
    new Option(
      '--save-every <rounds>',
      'between checkpoints and pictures (default: ten times a run)',
    ).argParser(wholeNumber(1)),
  )
  .addOption(
    new Option('--log-every <rounds>', 'between lines of the log (default: 10)').argParser(wholeNumber(1)),
  )
  .option('--resume', 'go on with the run in --out')
  .option('--no-capture', 'play every update op by op: slower, with the same results')
  .option(
    '--profile',
    'time each record of the last round: a Chrome trace, profile.json, and the ten dearest',
  )
  .addOption(jsonOption('print JSON lines; the last has "done": true'))
  .addOption(debugOption())
  .action(({ debug: _, ...options }: TrainOptions & { debug?: boolean }) => train(options));

program
  .command('sample')
  .description('draw from a trained generator into a .png (a grid, or an animation) or .npy')
  .argument('<run|file>', 'folder of a run, or a checkpoint')
  .addOption(new Option('--count <n>', 'how many').argParser(wholeNumber(1)).default(64))
  .addOption(new Option('--seed <n>', "fixes the noise (default: the run's)").argParser(wholeNumber(0)))
  .addOption(
    new Option(
      '--condition <text>',
      'what to draw: the name of a class, words, or the path of a sound (default: every class in turn)',
    ),
  )
  .addOption(
    new Option('--seeds <numbers>', 'a sample of each, or where a walk or grid goes, e.g. 3,14,15').argParser(
      wholeNumbers(0),
    ),
  )
  .option('--latents <file>', 'as --seeds: a .npy of latents, e.g. by kallima invert')
  .addOption(
    new Option(
      '--walk <frames>',
      'an animated PNG, from latent to latent and back to the first (default: four)',
    ).argParser(wholeNumber(2)),
  )
  .addOption(new Option('--delay <ms>', 'of a frame of a walk (default: 40)').argParser(wholeNumber(1)))
  .addOption(
    new Option('--grid <RxC>', 'rows x columns of samples between four corners').argParser(rowsAndColumns),
  )
  .addOption(
    new Option(
      '--truncation <psi>',
      'shortens latents: below 1 more typical and less varied samples (default: 1)',
    ).argParser(numberBetween(0, Number.POSITIVE_INFINITY, false)),
  )
  .requiredOption('--out <file>', 'x.png or x.npy')
  .addOption(backendOption())
  .addOption(threadsOption())
  .addOption(jsonOption('print one JSON line'))
  .addOption(debugOption())
  .action((source: string, options: SampleOptions) => sample(source, options));

program
  .command('directions')
  .description('draw the directions of latents in which samples change most, a row each, into a .png')
  .argument('<run|file>', 'folder of a run, or a checkpoint')
  .addOption(
    new Option('--method <name>', 'SeFa of the first layers, or principal components of samples')
      .choices(['sefa', 'pca'])
      .default('sefa'),
  )
  .addOption(new Option('--count <n>', 'how many').argParser(wholeNumber(1)).default(8))
  .addOption(
    new Option('--reach <n>', 'how far to either side')
      .argParser(numberBetween(0, Number.POSITIVE_INFINITY))
      .default(4),
  )
  .addOption(
    new Option('--seed <n>', "of the sample in the middle (default: the run's)").argParser(wholeNumber(0)),
  )
  .option('--condition <text>', 'what to draw: the name of a class, words, or the path of a sound')
  .requiredOption('--out <file>', 'x.png')
  .addOption(backendOption())
  .addOption(threadsOption())
  .addOption(jsonOption('print one JSON line'))
  .addOption(debugOption())
  .action((source: string, options: DirectionsOptions) => directions(source, options));

program
  .command('invert')
  .description('find latents whose samples are nearest to images, into a .npy, or a .png: image | sample')
  .argument('<run|file>', 'folder of a run, or a checkpoint')
  .requiredOption('--in <image|folder>', 'PNG or JPEG, resized to what the generator draws')
  .requiredOption('--out <file>', 'x.png or x.npy')
  .addOption(new Option('--steps <n>', 'of each search (default: 200)').argParser(wholeNumber(1)))
  .option('--condition <text>', 'what to draw: the name of a class, words, or the path of a sound')
  .addOption(new Option('--seed <n>', 'of the latents to start from (default: 0)').argParser(wholeNumber(0)))
  .addOption(backendOption())
  .addOption(threadsOption())
  .addOption(jsonOption('print one JSON line'))
  .addOption(debugOption())
  .action((source: string, options: InvertOptions) => invert(source, options));

program
  .command('translate')
  .description('put images through a trained generator, each into a PNG, or all into one picture')
  .argument('<run|file>', 'folder of a run, or a checkpoint')
  .requiredOption('--in <image|folder>', 'PNG or JPEG, resized to what the generator takes')
  .requiredOption('--out <folder|file>', 'a folder; or x.png: input | output | back')
  .option('--direction <name>', 'of a CycleGAN: ab or ba (default: ab)')
  .option('--condition <text>', 'of a StarGAN: the class to translate to')
  .addOption(new Option('--seed <n>', "fixes the noise (default: the run's)").argParser(wholeNumber(0)))
  .addOption(backendOption())
  .addOption(threadsOption())
  .addOption(jsonOption('print one JSON line'))
  .addOption(debugOption())
  .action((source: string, options: TranslateOptions) => translate(source, options));

program
  .command('export')
  .description('write a trained generator alone, for pages and other programs')
  .argument('<run|file>', 'folder of a run, or a checkpoint')
  .addOption(
    new Option('--to <format>', 'ONNX, weights alone, or a graph model of TF.js')
      .choices(EXPORT_FORMATS)
      .makeOptionMandatory(),
  )
  .option('--out <path>', 'a file; with tfjs, a folder (default: beside what is exported)')
  .option('--half', 'weights as 16-bit floats: half the size')
  .option('--direction <name>', 'of a CycleGAN: ab or ba (default: ab)')
  .option('--no-averaged', 'the weights themselves, not their moving average')
  .addOption(jsonOption('print one JSON line'))
  .addOption(debugOption())
  .action((source: string, options: ExportOptions) => exportGenerator(source, options));

program
  .command('doctor')
  .description('tell what this machine can do, and which backend a run would use')
  .addOption(jsonOption('print one JSON line'))
  .addOption(debugOption())
  .action(doctor);

program
  .command('bench')
  .description('time the reference workloads, with the peak of this machine in the same run')
  .addOption(new Option('--only <rows>', 'names of rows, e.g. gemm1024,dcgan28').argParser(list))
  .addOption(
    new Option(
      '--backends <names>',
      'what to compare, e.g. kallima,wasm,onnxruntime-web (default: kallima)',
    ).argParser(benchEngines),
  )
  .addOption(
    new Option(
      '--threads <numbers>',
      'threads of the kallima backend, one column each (default: 1,2)',
    ).argParser(wholeNumbers(1)),
  )
  .option('--native <file>', 'JSON of `npm run bench:native`, to set beside')
  .option('--json <file>', 'write the report as JSON, too')
  .option('--svg <file>', 'draw a chart, too')
  .option('--passes', 'instead: what each pass over captured programs is worth')
  .addOption(
    new Option('--soak <rounds>', 'instead: memory and speed over so many rounds').argParser(
      wholeNumber(100),
    ),
  )
  .addOption(debugOption())
  .action(async (options: BenchOptions) => {
    // Loaded only here: a run needs nothing of it.
    const { bench } = await import('./bench');
    await bench(options);
  });

/** An error's message, without line breaks. */
function oneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, ' ');
}

function fail(error: unknown): void {
  const debug = process.argv.includes('--debug');
  const text = error instanceof Error ? (debug && error.stack) || error.message : String(error);
  process.stderr.write(`kallima: ${debug ? text : oneLine(text)}\n`);
  process.exitCode = 1;
}

try {
  await enableRelaxedSimd();
  await program.parseAsync();
} catch (error) {
  fail(error);
}
