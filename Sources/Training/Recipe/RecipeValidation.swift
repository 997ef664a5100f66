import Datasets

extension Recipe {
  /// Checks a recipe that was made by code rather than read. Throws `RecipeError`.
  ///
  /// - Parameter origin: what its values come from, for the error.
  public func validate(origin: String) throws {
    try validate { RecipeError(origin: origin, problem: $1) }
  }

  /// Checks what no key can be checked for alone. `error` makes the error from the key's path and the problem.
  func validate(_ error: (_ key: String, _ problem: String) -> RecipeError) throws {
    switch task {
    case .cyclegan, .paired:
      try validateSizes(error)
      if schedule.epochs + schedule.decayEpochs == 0 {
        throw error(
          "schedule.epochs", "schedule.epochs and schedule.decayEpochs are both 0, expected at least one epoch")
      }
    case .colorization:
      try validateSizes(error)
      try validatePhases(error)
    case .superResolution:
      try validateSuperResolution(error)
      try validatePhases(error)
    }
    if hasAdversarialPhase { try validateDiscriminator(error) }
  }

  /// Whether a discriminator is trained at all.
  var hasAdversarialPhase: Bool {
    switch task {
    case .cyclegan, .paired: true
    case .superResolution, .colorization: adversarialPhase.steps > 0
    }
  }

  private func validateSizes(_ error: (_ key: String, _ problem: String) -> RecipeError) throws {
    if data.largestLoadSize != 0 && data.largestLoadSize < data.loadSize {
      throw error(
        "data.largestLoadSize",
        "data.largestLoadSize is \(data.largestLoadSize), less than data.loadSize, which is \(data.loadSize)")
    }
    if data.cropSize > data.loadSize {
      throw error(
        "data.cropSize", "data.cropSize is \(data.cropSize), more than data.loadSize, which is \(data.loadSize)")
    }
    // A ResNet halves twice.
    let (halvings, reason) =
      generator.network == .unet
      ? (generator.downsamplings, ", 2 to the power of generator.downsamplings") : (2, "")
    let unit = 1 << halvings
    if data.cropSize % unit != 0 {
      throw error("data.cropSize", "data.cropSize is \(data.cropSize), expected a multiple of \(unit)\(reason)")
    }
  }

  private func validatePhases(_ error: (_ key: String, _ problem: String) -> RecipeError) throws {
    if pixelPhase.steps + adversarialPhase.steps == 0 {
      throw error(
        "pixelPhase.steps", "pixelPhase.steps and adversarialPhase.steps are both 0, expected at least one step")
    }
  }

  private func validateDiscriminator(_ error: (_ key: String, _ problem: String) -> RecipeError) throws {
    if discriminator.network == .patch && patches < 1 {
      throw error(
        "discriminator.layers",
        "a discriminator of \(discriminator.layers) layers needs a data.cropSize of at least "
          + "\(3 << discriminator.layers), not \(data.cropSize)")
    }
    let units: [Discriminator.Network: Int] = [.vgg: 32, .unet: 8]
    if let unit = units[discriminator.network], data.cropSize % unit != 0 {
      throw error(
        "data.cropSize",
        "data.cropSize is \(data.cropSize), expected a multiple of \(unit) for the discriminator "
          + discriminator.network.rawValue)
    }
  }

  private func validateSuperResolution(_ error: (_ key: String, _ problem: String) -> RecipeError) throws {
    let scales: [Int] =
      switch generator.network {
      case .rrdb: [1, 2, 4]
      case .msrresnet: generator.enlargement == .stepwise ? [2, 3, 4] : Array(1...8)
      default: Array(1...8)
      }
    if !scales.contains(generator.scale) {
      throw error(
        "generator.scale",
        "generator.scale is \(generator.scale), and \(generator.network.rawValue) can do "
          + RecipeText.alternatives(scales.map(String.init)))
    }
    if data.cropSize % generator.scale != 0 {
      throw error(
        "data.cropSize",
        "data.cropSize is \(data.cropSize), expected a multiple of generator.scale, which is \(generator.scale)")
    }
    do {
      try degradation.validate()
    } catch let problem as DatasetError {
      guard case .unusableSetting(let key, _, _) = problem else { throw problem }
      throw error(key, problem.description)
    }
  }

  /// The side of a patch discriminator's output: each strided layer halves, the last two convolutions take 1 each.
  private var patches: Int {
    (data.cropSize >> discriminator.layers) - 2
  }
}
