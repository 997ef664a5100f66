import Tensors

/// Enlarges colours that were found on a small image, along the edges of the large image's lightness
/// (`JointUpsampling`).
///
/// Where lightness varies within the small pixels, as in foliage, larger differences count as similar.
///
/// A guided filter (He et al. 2013), which models colour as a linear function of lightness in each window, left halos
/// and texture beside edges, and reproduced the colours of photographs less well. So did wider windows.
package enum ChromaUpsampling {
  /// The variance within which lightness counts as similar: a deviation of 1.5 of Lab's 100, plus twice the texture's
  /// variance.
  private static let variance: Float = 0.03 * 0.03
  private static let textureWeight: Float = 2

  /// Enlarges chroma to the size of `lightness`: `[1, height, width, 2]`. At the small image's size it is returned
  /// unchanged.
  ///
  /// - Parameters:
  ///   - chroma: `[1, h, w, 2]`, as `Image.labArrays()` has it.
  ///   - small: `[1, h, w, 1]`, the lightness of the small image, in which the chroma was found.
  ///   - lightness: `[1, height, width, 1]`, the lightness of the large image.
  package static func chroma(_ chroma: NDArray, of small: NDArray, for lightness: NDArray) -> NDArray {
    for shape in [small.shape, lightness.shape] {
      precondition(
        shape.rank == 4 && shape[0] == 1 && shape[3] == 1, "the shape \(shape) is not that of one image's lightness")
    }
    precondition(
      chroma.shape == [1, small.shape[1], small.shape[2], 2],
      "an array of shape \(chroma.shape) is not the chroma of an image of shape \(small.shape)")
    if small.shape == lightness.shape { return chroma }
    let texture = LightnessTexture.variances(of: lightness, height: small.shape[1], width: small.shape[2])
    let upsampling = JointUpsampling(chroma, of: small) { variance + textureWeight * texture[$0] }
    return upsampling.rows(0..<lightness.shape[1], along: lightness, height: lightness.shape[1])
  }
}
