import CShaders

/// The shaders, each named as its file in the folder `CShaders/glsl`.
enum Shader: String, Hashable, Sendable, CaseIterable {
  case accumulate, adam, copyRows, depthwise, depthwiseWeightGradient, dropoutMask, firstPlaces, gather, gather16
  case layerNorm, matrixProduct, matrixProduct16, maximumPooling, moments, normGradient, normGradientSums, packWeights
  case packWeights16, pointwise, product, product16, reduce, separableMap, softmax, statistics, strided
  case weightGradient, weightGradient16, widen, windowAttention

  /// SPIR-V.
  var words: UnsafeBufferPointer<UInt32> {
    guard let compiled = compiledShader(rawValue) else { preconditionFailure("no shader \(rawValue) is compiled in") }
    return UnsafeBufferPointer(start: compiled.pointee.words, count: compiled.pointee.wordCount)
  }
}
