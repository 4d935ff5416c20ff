/**
 * Every error that this package throws on purpose.
 *
 * Messages read `<function>: <requirement>, got <values>[; <remedy>]` and are one line.
 */
export class KallimaError extends Error {
  override get name(): string {
    return this.constructor.name;
  }
}

/** A tensor's shape, rank or dtype does not fit. */
export class ShapeError extends KallimaError {}

/** An argument or option is out of its range, or a name is unknown. */
export class ArgumentError extends KallimaError {}

/** A file or byte string is not what it claims to be. */
export class FormatError extends KallimaError {}

/** A data set cannot be used: empty, mixed sizes, NaN, channels that do not fit the model. */
export class DataError extends KallimaError {}

/** A checkpoint belongs to another game or model, or lacks a tensor. */
export class CheckpointError extends KallimaError {}

/** The backend or this host cannot do what was asked. */
export class UnsupportedError extends KallimaError {}

/** An op has no kernel or no (second) derivative here. */
export class UnsupportedOpError extends UnsupportedError {}

/** The wasm memory cannot grow to what is needed. */
export class OutOfMemoryError extends KallimaError {}

/** Used after `dispose()`. */
export class DisposedError extends KallimaError {}

/** Training produced NaN or infinity. */
export class DivergedError extends KallimaError {}

/** A worker thread ended or trapped while it was computing. */
export class WorkerError extends KallimaError {}

/** A function does something that a captured program cannot repeat. */
export class CaptureError extends KallimaError {}
