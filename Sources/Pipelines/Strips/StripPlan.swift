import Foundation
import Layers
import Models
import Tensors

/// How a network of stages is computed in strips within so much memory.
///
/// Each convolution is passed over twice at most: once for the statistics of its output, once to use it. Features as large as
/// the image, the first and the last ones, are computed in both passes. Smaller ones are kept: in single precision if they
/// fit into memory, else rounded a little, and what does not fit even so in a temporary file.
struct StripPlan: Equatable {
  let encoding: RowStore.Encoding
  /// Of the longest row that is kept.
  let valuesPerRow: Int
  /// Rows that memory has room for, of `rows` that are kept at once.
  let memoryRows: Int, rows: Int
  /// Values that may be in memory beside those rows.
  let workingValues: Int
  /// What memory takes besides kept rows: parameters and strips.
  private let otherBytes: Int
  /// In multiply-adds, with what is computed twice.
  let cost: Double

  private var bytesPerRow: Int { valuesPerRow * encoding.bytesPerValue }
  var memory: Int { min(rows, memoryRows) * bytesPerRow + otherBytes }
  var fileBytes: Int { max(0, rows - memoryRows) * bytesPerRow }

  /// What strips may take, in rows that are kept: at least, and where memory is plenty.
  private static let workingRows = (least: 64, most: 160)
  /// Strips get 1 / `workingShare` of memory.
  private static let workingShare = 16
  /// 1 / `reserve` of memory stays free for what is not counted: the tiles that threads compute, a weight's forms.
  private static let reserve = 16
  /// Strips' peak memory in relation to their values: the first and last ones have sizes of their own, whose blocks are not
  /// used again, and blocks are a little too large.
  private static let stripOverhead = 1.5

  /// Throws `TranslationError` where even strips need more memory, or a larger disk, than there is.
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
    // While a strip is made, the rows that it is made of are still kept.
    rows = walk.keptRows + working
    cost = walk.cost
    guard usable >= otherBytes else {
      let needed = (otherBytes * Self.reserve + Self.reserve - 2) / (Self.reserve - 1)
      throw TranslationError.notEnoughMemory(needed: needed, available: available)
    }
    encoding = rows * rowBytes + otherBytes <= usable ? .float32 : .threeBytes
    memoryRows = min(rows, (usable - otherBytes) / (valuesPerRow * encoding.bytesPerValue))
    if fileBytes > 0, let free = SpillFile.freeBytes(in: folder), fileBytes > free {
      throw TranslationError.notEnoughDisk(needed: fileBytes, available: free, folder: folder.path)
    }
  }
}

extension StripPlan {
  /// Of a whole image, each stage computed once.
  static func cost(of stages: [any Stage], size: Size) -> Double {
    StageWalk(stages, image: size).costOnce
  }
}
