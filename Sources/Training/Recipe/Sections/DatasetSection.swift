import Checkpoints
import Datasets
import Foundation
import Models

extension Recipe {
  /// Which images, and what is done to them before the networks see them.
  public struct Dataset: Sendable, Equatable {
    /// What generation learns from.
    public var source = Source.files
    /// The folder of images, relative to the working directory. CycleGAN: it holds `trainA` and `trainB`. Paired: the
    /// same, or it holds `train`, with the images of each pair side by side. Super-resolution and colorization: any
    /// folder of images. Classification: what `LabelledSets` reads, such as a folder with a subfolder for each class.
    public var root = ""
    /// The subfolders that colorization learns from, named relative to `root`, all different; `root` itself if empty.
    public var folders: [String] = []
    /// How often colorization draws a photo of each of `folders`, relative to those of the others, in
    /// 0.000001...1000000; 1 each if empty.
    public var weights: [Double] = []
    /// A folder of held-out images on which super-resolution or colorization is measured while it trains; none if
    /// empty.
    public var validation = ""
    /// A file of captions for generation, relative to the working directory; none if empty. `CaptionFile` reads it.
    public var captions = ""
    /// A file with a vector for each caption.
    public var vectors = ""
    /// The share of the images of classes that is held back to measure on, of a data set without a part for that.
    public var heldBack = 0.1
    /// How many images of each class have labels to learn from.
    public var labelled = 10
    /// Which image of a pair is the input, and which the target.
    public var direction = ModelDescription.Direction.aToB
    /// How super-resolution makes the small images from the large ones.
    public var degradation = Degradation.bicubic
    /// The share of super-resolution's samples that are made by bicubic resampling all the same.
    public var clean = 0.0
    /// The share of super-resolution's samples that are gray.
    public var gray = 0.0
    /// Images are resized to a square of this many pixels a side before the crop. Super-resolution does not resize.
    public var loadSize = 286
    /// If larger than `loadSize`, each sample is resized to a size drawn from `loadSize ... largestLoadSize`.
    /// 0, the default, stands for `loadSize`.
    public var largestLoadSize = 0
    /// The side in pixels of the random square crop that the networks see, which in super-resolution is cut from the
    /// large image; a multiple of 4 and of the scale.
    public var cropSize = 256
    /// The sides of colorization's crops in the first parts of a run; the last part has `cropSize`.
    public var earlierCropSizes: [Int] = []
    /// The smallest share of a photo's area that colorization crops.
    public var smallestArea = 0.45
    /// Whether half of the samples, at random, are mirrored left to right.
    public var flip = true
    /// Whether samples are turned by a random number of quarter turns.
    public var rotate = true
    /// The share of colorization's inputs that are made to look like old prints.
    public var aged = 0.0
    /// If less than 1, each photo is first shrunk by a factor drawn from `smallest ... 1`.
    public var smallest = 1.0

    public init() {}
  }

  public enum Degradation: String, Sendable, CaseIterable {
    /// MATLAB's antialiased bicubic, as in the literature.
    case bicubic
    /// Real-ESRGAN's, set in the sections `printDegradation`, `firstDegradation`, `secondDegradation` and
    /// `lastDegradation`.
    case realistic
  }

  public var data: Dataset {
    get { self[.data] }
    set { self[.data] = newValue }
  }
}

extension RecipeSection<Recipe.Dataset> {
  public static var data: Self { Self("data", Recipe.Dataset(), mayChange: true) }
}

extension RecipeSection.Key where Value == Recipe.Dataset {
  public static var source: Self { Self(.choice("source", \.source), mayChange: false) }
  public static var root: Self { path("root", \.root) }
  public static var folders: Self { Self(.texts("folders", \.folders)) }
  public static var weights: Self { Self(.weights("weights", \.weights)) }
  public static var validation: Self { path("validation", \.validation) }
  public static var captions: Self { path("captions", \.captions) }
  public static var vectors: Self { path("vectors", \.vectors) }
  public static var labelled: Self { Self(.integer("labelled", \.labelled, 1...1_000_000), mayChange: false) }
  public static var heldBack: Self {
    Self(.number("heldBack", \.heldBack, Double.leastNormalMagnitude..<1), mayChange: false)
  }
  public static var direction: Self { Self(.choice("direction", \.direction), mayChange: false) }
  public static var degradation: Self { Self(.choice("degradation", \.degradation)) }
  public static var clean: Self { Self(.probability("clean", \.clean)) }
  public static var gray: Self { Self(.probability("gray", \.gray)) }
  public static var loadSize: Self { Self(.integer("loadSize", \.loadSize, 16...8192)) }
  public static var largestLoadSize: Self { Self(.integer("largestLoadSize", \.largestLoadSize, 0...8192)) }
  public static var cropSize: Self { Self(.integer("cropSize", \.cropSize, 16...8192)) }
  public static var earlierCropSizes: Self { Self(.integers("earlierCropSizes", \.earlierCropSizes, 16...8192)) }
  public static var smallestArea: Self { Self(.share("smallestArea", \.smallestArea)) }
  public static var flip: Self { Self(.flag("flip", \.flip)) }
  public static var rotate: Self { Self(.flag("rotate", \.rotate)) }
  public static var aged: Self { Self(.probability("aged", \.aged)) }
  public static var smallest: Self { Self(.share("smallest", \.smallest)) }
}

extension Recipe.Dataset {
  /// Whether a folder of images is needed, and none is named.
  package var lacksFolder: Bool { root.isEmpty && source != .ring }

  /// The sizes that a sample may be resized to.
  public var loadSizes: ClosedRange<Int> { loadSize...max(loadSize, largestLoadSize) }

  public var augmentation: Augmentation {
    Augmentation(
      loadSize: loadSizes.lowerBound, largestLoadSize: loadSizes.upperBound, cropSize: cropSize, flip: flip)
  }

  /// Resizes to the crop's size, without cropping or mirroring: for sample grids and measurements.
  public var wholeImages: Augmentation { Augmentation(loadSize: cropSize, cropSize: cropSize, flip: false) }

  /// A random crop of a photo, for colorization.
  public var photoCrop: PhotoCrop { PhotoCrop(size: cropSize, smallestArea: smallestArea, flip: flip) }

  /// The folders that colorization learns from. There must be as many `weights` as `folders`, or none.
  public var weightedFolders: [WeightedFolder] {
    let root = URL(filePath: root, directoryHint: .isDirectory)
    guard !folders.isEmpty else { return [WeightedFolder(url: root)] }
    return folders.indices.map { index in
      WeightedFolder(
        url: root.appending(path: folders[index], directoryHint: .isDirectory),
        weight: weights.isEmpty ? 1 : weights[index])
    }
  }
}

extension Recipe {
  /// Checks that colorization's folders are different ones within `data.root`, and that there is a weight for each of
  /// them, or none at all.
  public func checkFolders() throws(RecipeProblem) {
    var earlier: Set<[String]> = []
    for name in data.folders {
      // "a//b" and "./a/b" are "a/b", and "." is no components at all: `root` itself.
      let components = name.unicodeScalars.split(separator: "/").map { String($0) }.filter { $0 != "." }
      let isRootAlone = components.isEmpty && !name.isEmpty && data.folders.count == 1
      guard name.unicodeScalars.first != "/", !components.contains(".."), !components.isEmpty || isRootAlone,
        earlier.insert(components).inserted
      else {
        throw RecipeProblem(
          "data.folders", "data.folders has '\(name)', expected different subfolders of data.root")
      }
    }
    guard data.weights.isEmpty || data.weights.count == data.folders.count else {
      throw RecipeProblem(
        "data.weights",
        "data.weights has \(data.weights.count), expected as many as data.folders has names, which is "
          + "\(data.folders.count), or none")
    }
  }
}
