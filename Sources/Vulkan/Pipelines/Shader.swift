import CShaders

/// The shaders, each named as its file in the folder `CShaders/glsl`.
enum Shader: String, Hashable, Sendable, CaseIterable {
  case accumulate, adam, copyRows, depthwise, depthwiseWeightGradient, dropoutMask, firstPlaces, gather, matrixProduct
  case maximumPooling, moments, normGradient, normGradientSums, packWeights, pointwise, product, reduce, separableMap
  case softmax, statistics, strided, weightGradient

  /// SPIR-V.
  var words: UnsafeBufferPointer<UInt32> {
    guard let compiled = compiledShader(rawValue) else { preconditionFailure("no shader \(rawValue) is compiled in") }
    return UnsafeBufferPointer(start: compiled.pointee.words, count: compiled.pointee.wordCount)
  }
}
