import CShaders

/// The shaders, each named as its file in the folder `CShaders/glsl`.
enum Shader: String, Hashable, Sendable, CaseIterable {
  case accumulate, adam, copyRows, depthwise, depthwiseWeightGradient, dropoutMask, firstPlaces, gather, gather16
  case layerNorm, matrixProduct, maximumPooling, moments, normGradient, normGradientSums, packWeights, packWeights16
  case pointwise, product, product16, reduce, separableMap, softmax, statistics, strided, weightGradient
  case weightGradient16, widen, windowAttention

  /// SPIR-V.
  var words: UnsafeBufferPointer<UInt32> {
    guard let compiled = compiledShader(rawValue) else { preconditionFailure("no shader \(rawValue) is compiled in") }
    return UnsafeBufferPointer(start: compiled.pointee.words, count: compiled.pointee.wordCount)
  }
}
