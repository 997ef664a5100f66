/// A register's values, and the fused multiplication and addition where the instruction set has one.
///
/// This folder is compiled once for each instruction set. Keep to pointers and SIMD types in it: what the compiler emits
/// for other generic code is shared between object files, and the linker could keep the copy made for a newer processor.
#if AVX512
typealias Lanes = SIMD16<Float>
/// Rows of a product's tile, two registers wide, that the registers hold as sums.
let rowsPerTile = 14
let instructionSet = "avx512"
#elseif AVX2
typealias Lanes = SIMD8<Float>
let rowsPerTile = 6
let instructionSet = "avx2"
#elseif arch(arm64)
typealias Lanes = SIMD4<Float>
let rowsPerTile = 12
let instructionSet = "neon"
#else
typealias Lanes = SIMD4<Float>
let rowsPerTile = 6
let instructionSet = "baseline"
#endif

let laneCount = Lanes.scalarCount
/// As `DepthwiseProduct` has it; another module's constant would be a call, before which all registers are put aside.
let channelsPerLine = 16

/// `sum + a * b`. Without instructions for it, fused rounding would be a call into the C library for every lane.
@inline(__always)
func multiplyAdd(_ sum: Lanes, _ a: Lanes, _ b: Lanes) -> Lanes {
  #if AVX512 || AVX2 || arch(arm64)
  sum.addingProduct(a, b)
  #else
  sum + a * b
  #endif
}

@inline(__always)
func load(_ pointer: UnsafePointer<Float>) -> Lanes {
  UnsafeRawPointer(pointer).loadUnaligned(as: Lanes.self)
}

@inline(__always)
func store(_ value: Lanes, _ pointer: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(pointer).storeBytes(of: value, as: Lanes.self)
}

/// `x` where positive, `slope * x` elsewhere.
@inline(__always)
func rectified(_ x: Lanes, _ slope: Lanes) -> Lanes {
  (x * slope).replacing(with: x, where: x .> 0)
}

/// A loop over a number known at compile time. The optimiser unrolls seven turns, but not fourteen, and only unrolled do
/// arrays of registers stay in registers.
@inline(__always)
func unrolled(_ count: Int, _ body: (Int) -> Void) {
  for index in 0..<min(count, 7) { body(index) }
  for index in min(count, 7)..<count { body(index) }
}
