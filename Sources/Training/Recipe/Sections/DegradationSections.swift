import Datasets
import Models

extension Recipe {
  /// Super-resolution's realistic degradation, which is spread over four sections.
  public var degradation: RealisticDegradation {
    get {
      var degradation = RealisticDegradation()
      degradation.print = self[.printDegradation]
      degradation.first = self[.firstDegradation]
      degradation.second = self[.secondDegradation]
      degradation.last = self[.lastDegradation]
      return degradation
    }
    set {
      self[.printDegradation] = newValue.print
      self[.firstDegradation] = newValue.first
      self[.secondDegradation] = newValue.second
      self[.lastDegradation] = newValue.last
    }
  }

  /// All keys of the realistic degradation, in the order of its steps.
  static var degradationKeys: [RecipeKey] {
    RecipeSection.printDegradation.keys(
      .probability("print", \.probability), .range("grain", \.grain), .range("grainSize", \.grainSize),
      .probability("halftone", \.halftoneProbability), .range("screenPeriod", \.screenPeriod),
      .range("screenStrength", \.screenStrength))
      + RecipeSection.firstDegradation.keys(.ofStage) + RecipeSection.secondDegradation.keys(.ofStage)
      + RecipeSection.lastDegradation.keys(
        .probability("sinc", \.sincProbability), .range("sincSizes", \.sincSizes), .range("sincCutoff", \.sincCutoff),
        .probability("earlyCompression", \.earlyCompressionProbability))
  }
}

extension RecipeSection<PrintSettings> {
  public static var printDegradation: Self { Self("printDegradation", PrintSettings(), mayChange: true) }
}

extension RecipeSection<DegradationStage> {
  public static var firstDegradation: Self { Self("firstDegradation", DegradationStage(), mayChange: true) }
  public static var secondDegradation: Self { Self("secondDegradation", .second, mayChange: true) }
}

extension RecipeSection<FinalDegradation> {
  public static var lastDegradation: Self { Self("lastDegradation", FinalDegradation(), mayChange: true) }
}

extension [Setting<DegradationStage>] {
  static var ofStage: Self {
    [
      .probability("blur", \.blur.probability),
      .range("blurSizes", \.blur.sizes),
      .range("blurDeviation", \.blur.deviation),
      .weight("isotropic", \.blur.isotropic),
      .weight("anisotropic", \.blur.anisotropic),
      .weight("generalizedIsotropic", \.blur.generalizedIsotropic),
      .weight("generalizedAnisotropic", \.blur.generalizedAnisotropic),
      .weight("plateauIsotropic", \.blur.plateauIsotropic),
      .weight("plateauAnisotropic", \.blur.plateauAnisotropic),
      .range("generalizedExponent", \.blur.generalizedExponent),
      .range("plateauExponent", \.blur.plateauExponent),
      .probability("sinc", \.blur.sincProbability),
      .range("smallSincCutoff", \.blur.smallSincCutoff),
      .range("largeSincCutoff", \.blur.largeSincCutoff),
      .weight("enlarge", \.resizing.enlarge),
      .weight("shrink", \.resizing.shrink),
      .weight("keep", \.resizing.keep),
      .range("resizing", \.resizing.factor),
      .probability("antialiased", \.resizing.antialiasedProbability),
      .probability("sharpening", \.sharpening.probability),
      .range("sharpeningAmount", \.sharpening.amount),
      .range("sharpeningRadius", \.sharpening.radius),
      .probability("noise", \.noise.probability),
      .probability("gaussianNoise", \.noise.gaussianProbability),
      .range("gaussianDeviation", \.noise.gaussianDeviation),
      .range("poissonScale", \.noise.poissonScale),
      .probability("grayNoise", \.noise.grayProbability),
      .probability("compression", \.compressionProbability),
      .range("quality", \.quality),
      .probability("fullColor", \.fullColorProbability),
    ]
  }
}
