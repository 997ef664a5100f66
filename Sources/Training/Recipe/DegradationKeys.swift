import Datasets

extension Recipe {
  /// Of the realistic degradation, in the order in which it happens.
  static let degradationKeys: [RecipeKey] =
    (firstStageKeys + secondStageKeys + lastKeys).map { $0.only(.superResolution) }

  private static let firstStageKeys: [RecipeKey] = [
    .probability("firstDegradation.blur", \.degradation.first.blur.probability),
    .range("firstDegradation.blurSizes", \.degradation.first.blur.sizes),
    .range("firstDegradation.blurDeviation", \.degradation.first.blur.deviation),
    .weight("firstDegradation.isotropic", \.degradation.first.blur.isotropic),
    .weight("firstDegradation.anisotropic", \.degradation.first.blur.anisotropic),
    .weight("firstDegradation.generalizedIsotropic", \.degradation.first.blur.generalizedIsotropic),
    .weight("firstDegradation.generalizedAnisotropic", \.degradation.first.blur.generalizedAnisotropic),
    .weight("firstDegradation.plateauIsotropic", \.degradation.first.blur.plateauIsotropic),
    .weight("firstDegradation.plateauAnisotropic", \.degradation.first.blur.plateauAnisotropic),
    .range("firstDegradation.generalizedExponent", \.degradation.first.blur.generalizedExponent),
    .range("firstDegradation.plateauExponent", \.degradation.first.blur.plateauExponent),
    .probability("firstDegradation.sinc", \.degradation.first.blur.sincProbability),
    .range("firstDegradation.smallSincCutoff", \.degradation.first.blur.smallSincCutoff),
    .range("firstDegradation.largeSincCutoff", \.degradation.first.blur.largeSincCutoff),
    .weight("firstDegradation.enlarge", \.degradation.first.resizing.enlarge),
    .weight("firstDegradation.shrink", \.degradation.first.resizing.shrink),
    .weight("firstDegradation.keep", \.degradation.first.resizing.keep),
    .range("firstDegradation.resizing", \.degradation.first.resizing.factor),
    .probability("firstDegradation.noise", \.degradation.first.noise.probability),
    .probability("firstDegradation.gaussianNoise", \.degradation.first.noise.gaussianProbability),
    .range("firstDegradation.gaussianDeviation", \.degradation.first.noise.gaussianDeviation),
    .range("firstDegradation.poissonScale", \.degradation.first.noise.poissonScale),
    .probability("firstDegradation.grayNoise", \.degradation.first.noise.grayProbability),
    .probability("firstDegradation.compression", \.degradation.first.compressionProbability),
    .range("firstDegradation.quality", \.degradation.first.quality),
  ]

  private static let secondStageKeys: [RecipeKey] = [
    .probability("secondDegradation.blur", \.degradation.second.blur.probability),
    .range("secondDegradation.blurSizes", \.degradation.second.blur.sizes),
    .range("secondDegradation.blurDeviation", \.degradation.second.blur.deviation),
    .weight("secondDegradation.isotropic", \.degradation.second.blur.isotropic),
    .weight("secondDegradation.anisotropic", \.degradation.second.blur.anisotropic),
    .weight("secondDegradation.generalizedIsotropic", \.degradation.second.blur.generalizedIsotropic),
    .weight("secondDegradation.generalizedAnisotropic", \.degradation.second.blur.generalizedAnisotropic),
    .weight("secondDegradation.plateauIsotropic", \.degradation.second.blur.plateauIsotropic),
    .weight("secondDegradation.plateauAnisotropic", \.degradation.second.blur.plateauAnisotropic),
    .range("secondDegradation.generalizedExponent", \.degradation.second.blur.generalizedExponent),
    .range("secondDegradation.plateauExponent", \.degradation.second.blur.plateauExponent),
    .probability("secondDegradation.sinc", \.degradation.second.blur.sincProbability),
    .range("secondDegradation.smallSincCutoff", \.degradation.second.blur.smallSincCutoff),
    .range("secondDegradation.largeSincCutoff", \.degradation.second.blur.largeSincCutoff),
    .weight("secondDegradation.enlarge", \.degradation.second.resizing.enlarge),
    .weight("secondDegradation.shrink", \.degradation.second.resizing.shrink),
    .weight("secondDegradation.keep", \.degradation.second.resizing.keep),
    .range("secondDegradation.resizing", \.degradation.second.resizing.factor),
    .probability("secondDegradation.noise", \.degradation.second.noise.probability),
    .probability("secondDegradation.gaussianNoise", \.degradation.second.noise.gaussianProbability),
    .range("secondDegradation.gaussianDeviation", \.degradation.second.noise.gaussianDeviation),
    .range("secondDegradation.poissonScale", \.degradation.second.noise.poissonScale),
    .probability("secondDegradation.grayNoise", \.degradation.second.noise.grayProbability),
    .probability("secondDegradation.compression", \.degradation.second.compressionProbability),
    .range("secondDegradation.quality", \.degradation.second.quality),
  ]

  private static let lastKeys: [RecipeKey] = [
    .probability("lastDegradation.sinc", \.degradation.sincProbability),
    .range("lastDegradation.sincSizes", \.degradation.sincSizes),
    .range("lastDegradation.sincCutoff", \.degradation.sincCutoff),
    .probability("lastDegradation.earlyCompression", \.degradation.earlyCompressionProbability),
  ]
}

extension RecipeKey {
  fileprivate static func probability(_ path: String, _ property: Property<Double>) -> RecipeKey {
    RecipeKey(
      path: path, expectation: "a number from 0 to 1",
      read: { text, recipe in
        guard let value = Double(text), (0...1).contains(value) else { return false }
        recipe[keyPath: property] = value
        return true
      },
      write: { RecipeText.number($0[keyPath: property]) })
  }

  /// `[lowest, highest]`; what range makes sense is for the degradation to say.
  fileprivate static func range<Bound: LosslessStringConvertible & Comparable & Sendable>(
    _ path: String, _ property: Property<ClosedRange<Bound>>
  ) -> RecipeKey {
    RecipeKey(
      path: path, expectation: "two numbers, the smaller first, such as [7, 21]",
      read: { text, recipe in
        guard let items = items(of: text) else { return false }
        let bounds = items.compactMap { Bound($0) }
        guard items.count == 2, bounds.count == 2, bounds[0] <= bounds[1] else { return false }
        recipe[keyPath: property] = bounds[0]...bounds[1]
        return true
      },
      write: { "[\($0[keyPath: property].lowerBound), \($0[keyPath: property].upperBound)]" },
      isList: true)
  }
}
