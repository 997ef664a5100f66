/// A number as shaders take it, in 32 bits.
protocol ShaderWord {
  var word: UInt32 { get }
}

extension Float: ShaderWord {
  var word: UInt32 { bitPattern }
}

extension Int: ShaderWord {
  /// Negative numbers are for shaders that declare the parameter as `int`.
  var word: UInt32 { self < 0 ? UInt32(bitPattern: Int32(self)) : UInt32(self) }
}

extension UInt32: ShaderWord {
  var word: UInt32 { self }
}

extension Bool: ShaderWord {
  var word: UInt32 { self ? 1 : 0 }
}
