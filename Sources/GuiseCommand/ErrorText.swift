import Checkpoints
import Images
import Pipelines
import Server
import Tensors
import Training

/// Words the library's errors for the command line: what was found, and which option or command helps.
enum ErrorText {
  /// How the command reads images, which decides the advice on those that cannot be read.
  enum Reading {
    /// With the options of `BatchOptions`.
    case strict, lenient
    /// Without options.
    case fixed
  }

  static func text(of error: any Error, reading: Reading = .fixed) -> String {
    switch error {
    case let error as ComputationError: "\(error.path): \(text(of: error.cause, reading: reading))"
    case let error as BundledFileError: text(error, remedy(error))
    case let error as CheckpointError: text(error, error.use.map { "use guise \(command(for: $0))" })
    case let error as ColorizationError: text(error, remedy(error))
    case let error as DeviceFailure: text(error, remedy(error))
    case let error as ImageError: text(error, remedy(error, reading))
    case let error as ModelError: text(error, remedy(error))
    case let error as OutputPlanError: text(error, remedy(error))
    case let error as RankError: "rank \(error.rank) of \(error.count): \(text(of: error.cause, reading: reading))"
    case let error as RecipeError: text(of: error)
    case let error as RunFolderError: text(error, remedy(error))
    case let error as ServerError: text(error, remedy(error))
    case let error as TranslationError: text(error, remedy(error))
    case let error as UpscalingError: text(error, remedy(error))
    default: RootCommand.message(for: error)
    }
  }

  private static func text(_ error: any Error, _ remedy: String?) -> String {
    "\(error)" + (remedy.map { ": \($0)" } ?? "")
  }

  private static func command(for use: ModelUse) -> String {
    switch use {
    case .translation: "translate"
    case .upscaling: "upscale"
    case .colorization: "colorize"
    case .generation: "generate"
    }
  }

  private static func remedy(_ error: BundledFileError) -> String? {
    error.known.isEmpty
      ? "name a file, or the folder of the bundled ones in the environment's \(error.variable)"
      : NearestName.nearest(to: error.name, in: error.known).map { "did you mean \($0)?" }
  }

  private static func remedy(_ error: ColorizationError) -> String? {
    switch error {
    case .unusableChannels, .unusableSize, .unusableStrength, .unusableVividness: nil
    case .noVividness: "leave --vivid out, or give another model"
    }
  }

  /// Advice for training, since batches go on with the processor.
  private static func remedy(_ error: DeviceFailure) -> String {
    error.isLost
      ? "go on from the last checkpoint with --resume"
      : "make data.cropSize or batch smaller, set memory.recompute, or choose --device cpu; --resume goes on from the "
        + "last checkpoint"
  }

  private static func remedy(_ error: ImageError, _ reading: Reading) -> String? {
    switch (error, reading) {
    case (.tooLarge, .strict), (.tooLarge, .lenient): "if that is its size, raise the limit with --pixel-limit"
    case (.damaged, .strict): "with --lenient, files are read as far as they can be decoded"
    default: nil
    }
  }

  private static func remedy(_ error: ModelError) -> String? {
    switch error {
    case .noModelInFolder: nil
    case .otherDirection: "leave --direction out, or give the other model"
    case .colorization: "use guise colorize, or give another model"
    case .noColorization: "use guise translate, or give another model"
    case .translation(_, let error): remedy(error)
    case .upscaling(_, let error): remedy(error)
    case .noDenoisingPartner: "leave --denoise out, or give another model"
    case .otherDenoisingPartner: nil
    }
  }

  private static func remedy(_ error: OutputPlanError) -> String? {
    switch error {
    case .missing, .unreachable, .unwritableFormat, .severalIntoOne, .formatAgainstName, .wouldReplaceInput,
      .intoItsInput:
      nil
    case .madeOtherwise: "choose another --output, or replace them with --overwrite"
    }
  }

  private static func text(of error: RecipeError) -> String {
    guard case .setting(let setting) = error.origin else { return error.description }
    return "--set \(setting): \(error.problem)"
  }

  private static func remedy(_ error: RunFolderError) -> String? {
    switch error {
    case .unusableName: nil
    case .alreadyBegun: "go on with --resume, or choose another --name"
    case .differentRecipe: "resume with its own recipe, or choose another --name"
    }
  }

  private static func remedy(_ error: ServerError) -> String? {
    switch error {
    case .openWithoutToken: "give one with --token, or leave --host out"
    case .shortToken, .noFolder, .unusableAddress: nil
    case .portTaken: "with --port"
    }
  }

  private static func remedy(_ error: TranslationError) -> String? {
    switch error {
    case .unusableChannels, .unusableSize: nil
    case .upscalerWithoutSize: "give one with --size, or leave --then out"
    case .notEnoughMemory:
      "make the image, or the size to work at, smaller, end other programs, or allow more with --memory"
    case .notEnoughDisk, .temporaryFile:
      "make room there, name another folder in the environment's TMPDIR, or allow more memory with --memory"
    }
  }

  private static func remedy(_ error: UpscalingError) -> String? {
    switch error {
    case .unusableScale, .tileTooSmall, .unusableChannels, .unusableDenoising: nil
    case .notEnoughMemory(let tile, _, _):
      tile > TileSize.smallest
        ? "choose smaller tiles with --tile, or leave it out"
        : "end other programs, allow more with --memory, or choose a smaller model"
    }
  }
}
