import Datasets
import Models

extension Recipe {
  /// Checks a recipe that was made in code rather than read from a file. Throws `RecipeError`.
  ///
  /// - Parameter origin: where the values come from, for error messages.
  public func validate(origin: String) throws(RecipeError) {
    for key in keys {
      var copy = self
      let text = key.write(self)
      if !key.read(text, &copy) {
        throw RecipeError(.text(origin), "\(key.path) is \(text), expected \(key.expectation)")
      }
    }
    try validate { _ in .text(origin) }
  }

  /// - Parameter origin: gives the source of a key's value by the key's path.
  func validate(_ origin: (_ key: String) -> RecipeError.Origin) throws(RecipeError) {
    do throws(RecipeProblem) {
      try task.check(self)
    } catch {
      throw RecipeError(origin(error.key), error.problem)
    }
  }

  /// Checks that images are at least as large as the crop, and that the generator accepts the crop's size.
  public func checkSizes() throws(RecipeProblem) {
    try checkCrop()
    try checkGenerator()
  }

  /// Checks that images are at least as large as the crop.
  public func checkCrop() throws(RecipeProblem) {
    if data.largestLoadSize != 0 && data.largestLoadSize < data.loadSize {
      throw RecipeProblem(
        "data.largestLoadSize",
        "data.largestLoadSize is \(data.largestLoadSize), less than data.loadSize, which is \(data.loadSize)")
    }
    if data.cropSize > data.loadSize {
      throw RecipeProblem(
        "data.cropSize", "data.cropSize is \(data.cropSize), more than data.loadSize, which is \(data.loadSize)")
    }
  }

  /// Checks that the generator accepts the crops' sizes.
  public func checkGenerator() throws(RecipeProblem) {
    try generator.network.check("generator")
    guard let network = generator.network.network else { return }
    for size in data.earlierCropSizes { try checkCropSize(size, "data.earlierCropSizes", for: network, "generator") }
    try checkCropSize(data.cropSize, "data.cropSize", for: network, "generator")
  }

  /// Checks that the discriminator accepts the crop's size, the only one that it sees.
  public func checkDiscriminator() throws(RecipeProblem) {
    try discriminator.check("discriminator")
    let network = discriminator.discriminator(inputChannels: 3, imagesOf: data.cropSize)
    if let network { try checkCropSize(data.cropSize, "data.cropSize", for: network, "discriminator") }
  }

  /// Checks that a network that is to begin with an encoder's file has an encoder.
  public func checkEncoder() throws(RecipeProblem) {
    guard !encoder.file.isEmpty, !(generator.network.network?.network is any EncodingNetwork.Type) else { return }
    let names = Networks.translation.filter { $0 is any EncodingNetwork.Type }.map { $0.name }
    throw RecipeProblem(
      "encoder.file",
      "encoder.file is set, but the generator \(generator.network.name) has no encoder: expected the network "
        + "\(names.joined(separator: " or ")), or no file")
  }

  private func checkCropSize(
    _ size: Int, _ key: String, for network: NetworkDescription, _ role: String
  ) throws(RecipeProblem) {
    let (multiple, smallest) = network.sizes
    let expectation =
      if size % multiple != 0 {
        "a multiple of \(multiple)" + (smallest > multiple && size < smallest ? " of at least \(smallest)" : "")
      } else if size < smallest {
        "at least \(smallest)"
      } else {
        nil as String?
      }
    guard let expectation else { return }
    let settings = network.network.sizeSettings.map { "\($0) \(network.text(of: $0) ?? "")" }
    let verb = key == "data.cropSize" ? "is" : "has"
    throw RecipeProblem(
      key,
      "\(key) \(verb) \(size), expected \(expectation) for the \(role) \(network.name)"
        + (settings.isEmpty ? "" : " with \(settings.joined(separator: ", "))"))
  }

  /// Checks that at least one of the two phases has a step.
  public func checkPhases() throws(RecipeProblem) {
    if pixelPhase.steps + adversarialPhase.steps == 0 {
      throw RecipeProblem(
        "pixelPhase.steps", "pixelPhase.steps and adversarialPhase.steps are both 0, expected at least one step")
    }
  }

  /// Checks that nothing waits for measurements, or says how to make them, in a run that has none.
  ///
  /// - Parameter folders: what would be measured, for the message.
  func checkMeasured(_ isMeasured: Bool, on folders: String) throws(RecipeProblem) {
    guard !isMeasured else { return }
    let waiting = [("schedule.patience", schedule.patience), ("schedule.plateau", schedule.plateau)]
    if let (key, count) = waiting.first(where: { $0.1 > 0 }) {
      throw RecipeProblem(key, "\(key) is \(count), but there is nothing to measure: data.root has no \(folders)")
    }
    if !validation.features.isEmpty {
      throw RecipeProblem(
        "validation.features",
        "validation.features is \(validation.features), but there is nothing to measure: data.root has no \(folders)")
    }
  }

  /// Checks that a run with a single phase has at least one epoch.
  public func checkEpochs() throws(RecipeProblem) {
    if schedule.epochs + schedule.decayEpochs == 0 {
      throw RecipeProblem(
        "schedule.epochs", "schedule.epochs and schedule.decayEpochs are both 0, expected at least one epoch")
    }
  }
}
