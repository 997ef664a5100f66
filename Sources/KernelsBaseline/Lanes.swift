/// The float32 lanes of one vector register.
///
/// This folder is compiled once for each instruction set. Use only pointers and SIMD types in it: the linker merges
/// equal specialisations of other generic code, and may keep one compiled for instructions that this processor lacks.
#if AVX512
typealias Lanes = SIMD16<Float>
/// The most rows of a tile two registers wide whose accumulators fit in the register file.
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

/// `sum + a * b`, fused only where there is an FMA instruction: elsewhere `addingProduct` calls the C library for every
/// lane.
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

/// A loop with a trip count known at compile time, split in two because the optimiser fully unrolls seven iterations
/// but not fourteen. Arrays of vectors stay in registers only if the loop over them is fully unrolled.
@inline(__always)
func unrolled(_ count: Int, _ body: (Int) -> Void) {
  for index in 0..<min(count, 7) { body(index) }
  for index in min(count, 7)..<count { body(index) }
}
