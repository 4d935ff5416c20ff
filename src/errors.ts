/**
 * Every error that this package throws on purpose.
 *
 * Messages read `<function>: <requirement>, got <values>[; <remedy>]` and are one line.
 */
export class KallimaError extends Error {
  // Not the constructor's own name, which a bundler may shorten.
  override get name(): string {
    return 'KallimaError';
  }
}

/** A tensor's shape, rank or dtype does not fit. */
export class ShapeError extends KallimaError {
  override get name(): string {
    return 'ShapeError';
  }
}

/** An argument or option is out of its range, or a name is unknown. */
export class ArgumentError extends KallimaError {
  override get name(): string {
    return 'ArgumentError';
  }
}

/** A file or byte string is not what it claims to be. */
export class FormatError extends KallimaError {
  override get name(): string {
    return 'FormatError';
  }
}

/** A data set cannot be used: empty, mixed sizes, NaN, channels that do not fit the model. */
export class DataError extends KallimaError {
  override get name(): string {
    return 'DataError';
  }
}

/** A checkpoint belongs to another game or model, or lacks a tensor. */
export class CheckpointError extends KallimaError {
  override get name(): string {
    return 'CheckpointError';
  }
}

/** The backend or this host cannot do what was asked. */
export class UnsupportedError extends KallimaError {
  override get name(): string {
    return 'UnsupportedError';
  }
}

/** An op has no kernel or no (second) derivative here. */
export class UnsupportedOpError extends UnsupportedError {
  override get name(): string {
    return 'UnsupportedOpError';
  }
}

/** The wasm memory cannot grow to what is needed. */
export class OutOfMemoryError extends KallimaError {
  override get name(): string {
    return 'OutOfMemoryError';
  }
}

/** Used after `dispose()`. */
export class DisposedError extends KallimaError {
  override get name(): string {
    return 'DisposedError';
  }
}

/** Training produced NaN or infinity. */
export class DivergedError extends KallimaError {
  override get name(): string {
    return 'DivergedError';
  }
}

/** A worker thread ended or trapped while it was computing. */
export class WorkerError extends KallimaError {
  override get name(): string {
    return 'WorkerError';
  }
}

/** A function does something that a captured program cannot repeat. */
export class CaptureError extends KallimaError {
  override get name(): string {
    return 'CaptureError';
  }
}
