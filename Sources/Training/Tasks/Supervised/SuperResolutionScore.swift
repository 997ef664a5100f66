import Datasets
import Foundation
import Images
import Models
import Tensors

/// PSNR and SSIM of enlarged images against the originals, measured as in the literature: on the luma, without a border
/// as wide as the scale. Where there is a scale, their grid as a multiple of the originals' as well.
enum SuperResolutionScore {
  /// Larger images are cropped to their centre, to bound memory.
  private static let largestSide = 1024
  /// The side of SSIM's window.
  private static let smallestSide = 11
  private static let similarity: [ImageMeasure] = [.peakSignalToNoiseRatio, .structuralSimilarity]

  /// Throws `DatasetError` if every image is too small or too many cannot be read.
  static func mean(
    of generator: any UpscalingNetwork, on images: TrainingImages
  ) throws -> [TrainingValidation.Score] {
    let generator = generator.folded()
    let scores = try images.readingAll { try score(of: generator, on: Image(contentsOf: $0)) }.compactMap(\.self)
    guard !scores.isEmpty else {
      let needed = (smallestSide + 2 * generator.scale) * generator.sizeMultiple
      throw DatasetError.imagesTooSmall(path: images.path, count: images.count, cropSize: needed)
    }
    let means = ImageScore.means(of: scores)
    return TrainingValidation.scores(means.filter { similarity.contains($0.measure) })
      + (means.gridRatio.map { [TrainingValidation.Score(.gridRatio, $0)] } ?? [])
  }

  /// Nil if the image is too small.
  private static func score(
    of generator: any UpscalingNetwork, on image: Image
  ) throws -> [ImageScore]? {
    let scale = generator.scale
    let unit = scale * generator.sizeMultiple
    let width = min(image.width, largestSide) / unit * unit
    let height = min(image.height, largestSide) / unit * unit
    guard min(width, height) > 2 * scale else { return nil }
    // Other images are cropped at the bottom right to a multiple of the scale, as in the literature.
    let x = image.width > largestSide ? (image.width - width) / 2 : 0
    let y = image.height > largestSide ? (image.height - height) / 2 : 0
    let truth = image.withoutAlpha().cropped(x: x, y: y, width: width, height: height)
    let small = truth.resized(toWidth: width / scale, height: height / scale, convention: .matlab)
    let output = withoutGradients {
      generator(Tensor(small.array(channels: generator.inputChannels, range: .unit))).value
    }
    let (result, expected) = Image(array: output, range: .unit).comparable(to: truth, crop: scale, usesLuma: true)
    let scores = try result.scores(
      similarity + (scale > 1 ? [.grid, .truthGrid] : []), against: expected, gridPeriod: scale)
    return scores[.structuralSimilarity] == nil ? nil : scores
  }
}
