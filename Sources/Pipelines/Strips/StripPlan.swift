import Files
import Foundation
import Layers
import Models
import Tensors

/// How a network of stages is computed in strips within the available memory.
///
/// Each convolution is computed at most twice: once for the statistics of its output, once to use it. Features as large
/// as the image, those of the first and last convolutions, are computed both times. Smaller ones are kept: in single
/// precision if they fit into memory, otherwise slightly rounded, and whatever still does not fit in a temporary file.
struct StripPlan: Equatable {
  let encoding: RowStore.Encoding
  /// The length of the longest row that is kept.
  let valuesPerRow: Int
  /// The number of rows that memory has room for, and the number that is kept at once.
  let memoryRows: Int, rows: Int
  /// The number of values that may be in memory besides those rows.
  let workingValues: Int
  /// The memory for everything but kept rows: parameters and strips.
  private let otherBytes: Int
  /// In multiply-adds, including what is computed twice.
  let cost: Double

  private var bytesPerRow: Int { valuesPerRow * encoding.bytesPerValue }
  var memory: Int { min(rows, memoryRows) * bytesPerRow + otherBytes }
  var fileBytes: Int { max(0, rows - memoryRows) * bytesPerRow }

  /// The memory for strips, as a number of kept rows: the minimum, and the maximum if memory is plentiful.
  private static let workingRows = (least: 64, most: 160)
  /// Strips get 1 / `workingShare` of memory, within these limits.
  private static let workingShare = 16
  /// 1 / `reserve` of memory stays free for what is not counted: threads' tiles, and transformed weights.
  private static let reserve = 16
  /// The peak memory of strips relative to their values. Blocks are a little too large, and those of the first and last
  /// strips, which differ in size, are not reused.
  private static let stripOverhead = 1.5

  /// Throws `TranslationError` if even strips need more memory or more disk space than there is.
  init(_ network: any TranslationNetwork, _ stages: [any Stage], size: Size, available: Int, folder: URL) throws {
    let walk = StageWalk(stages, image: size)
    let parameters = network.parameterCount * network.valuesPerParameter * MemoryLayout<Float>.size
    let rowBytes = walk.valuesPerRow * MemoryLayout<Float>.size
    func others(_ rows: Int) -> Int { parameters + Int(Double(rows * rowBytes) * Self.stripOverhead) }
    let usable = available - available / Self.reserve
    let wished = min(max(Self.workingRows.least, usable / Self.workingShare / rowBytes), Self.workingRows.most)
    let working = others(wished) <= usable ? wished : Self.workingRows.least
    valuesPerRow = walk.valuesPerRow
    workingValues = working * walk.valuesPerRow
    otherBytes = others(working)
    // While a strip is computed, the rows that it is computed from are still kept.
    rows = walk.keptRows + working
    cost = walk.cost
    guard usable >= otherBytes else {
      let needed = (otherBytes * Self.reserve + Self.reserve - 2) / (Self.reserve - 1)
      throw TranslationError.notEnoughMemory(needed: needed, available: available)
    }
    encoding = rows * rowBytes + otherBytes <= usable ? .float32 : .threeBytes
    memoryRows = min(rows, (usable - otherBytes) / (valuesPerRow * encoding.bytesPerValue))
    if fileBytes > 0, let free = FreeSpace.bytes(in: folder), fileBytes > free {
      throw TranslationError.notEnoughDisk(needed: fileBytes, available: free, folder: folder.path)
    }
  }
}

extension StripPlan {
  /// The cost of a whole image, with every stage computed once.
  static func cost(of stages: [any Stage], size: Size) -> Double {
    StageWalk(stages, image: size).costOnce
  }
}
