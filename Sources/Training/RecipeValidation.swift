extension Recipe {
  /// Checks what no key can be checked for alone. `error` makes the error from the key's path and the problem.
  func validate(_ error: (_ key: String, _ problem: String) -> RecipeError) throws {
    if data.largestLoadSize != 0 && data.largestLoadSize < data.loadSize {
      throw error(
        "data.largestLoadSize",
        "data.largestLoadSize is \(data.largestLoadSize), less than data.loadSize, which is \(data.loadSize)")
    }
    if data.cropSize > data.loadSize {
      throw error(
        "data.cropSize", "data.cropSize is \(data.cropSize), more than data.loadSize, which is \(data.loadSize)")
    }
    if data.cropSize % 4 != 0 {
      throw error("data.cropSize", "data.cropSize is \(data.cropSize), expected a multiple of 4")
    }
    if discriminator.network == .patch && patches < 1 {
      throw error(
        "discriminator.layers",
        "a discriminator of \(discriminator.layers) layers needs a data.cropSize of at least "
          + "\(3 << discriminator.layers), not \(data.cropSize)")
    }
    if schedule.epochs + schedule.decayEpochs == 0 {
      throw error(
        "schedule.epochs", "schedule.epochs and schedule.decayEpochs are both 0, expected at least one epoch")
    }
  }

  /// The side of a patch discriminator's output: each strided layer halves, the last two convolutions take 1 each.
  private var patches: Int {
    (data.cropSize >> discriminator.layers) - 2
  }
}
