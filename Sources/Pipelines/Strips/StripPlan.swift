import Foundation
import Layers
import Models
import Tensors

/// How a network of stages goes over an image in strips within so much memory.
///
/// Two passes at most over each stage: one for the statistics of its output, one to use it. What is as large as the image,
/// the first and the last features, is computed in both; what is smaller is kept, in single precision if that fits into
/// memory, else rounded a little, and what then does not fit in a temporary file.
struct StripPlan: Equatable {
  let encoding: RowStore.Encoding
  /// Of the longest row that is kept.
  let valuesPerRow: Int
  /// Rows that memory has room for, of `rows` that are kept at once.
  let memoryRows: Int, rows: Int
  /// Values that may be in memory beside those rows.
  let workingValues: Int
  /// Without rows: parameters, and what strips take.
  private let otherBytes: Int
  /// As `WorkMeter` counts it.
  let work: Double

  private var bytesPerRow: Int { valuesPerRow * encoding.bytesPerValue }
  var memory: Int { min(rows, memoryRows) * bytesPerRow + otherBytes }
  var fileBytes: Int { max(0, rows - memoryRows) * bytesPerRow }

  /// What strips may take, in rows that are kept: at least, and if memory is plenty.
  private static let workingRows = (least: 64, most: 160)
  /// One part in so many of memory is for strips.
  private static let workingShare = 16
  /// One part in so many stays free for what is not counted: the tiles that threads work at, a weight's forms.
  private static let reserve = 16
  /// An image's first and last strips are of other sizes than those between, and blocks of memory a little too large.
  private static let halvesOfWork = 3

  /// Throws `TranslationError` where even strips need more memory, or a larger disk, than there is.
  init(_ network: any TranslationNetwork, _ stages: [Stage], size: Size, available: Int, folder: URL) throws {
    let walk = StageWalk(stages, image: size)
    let parameters = network.parameterCount * network.valuesPerParameter * MemoryLayout<Float>.size
    let rowBytes = walk.valuesPerRow * MemoryLayout<Float>.size
    func others(_ rows: Int) -> Int { parameters + rows * rowBytes * Self.halvesOfWork / 2 }
    let usable = available - available / Self.reserve
    let wished = min(max(Self.workingRows.least, usable / Self.workingShare / rowBytes), Self.workingRows.most)
    let working = others(wished) <= usable ? wished : Self.workingRows.least
    valuesPerRow = walk.valuesPerRow
    workingValues = working * walk.valuesPerRow
    otherBytes = others(working)
    // While one strip is made, the one that it comes of is still kept.
    rows = walk.keptRows + working
    work = walk.work
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
  /// Of a whole image, each stage once.
  static func work(of stages: [Stage], size: Size) -> Double {
    StageWalk(stages, image: size).workOnce
  }
}

/// What keeping a network's features in rows comes to.
private struct StageWalk {
  private(set) var valuesPerRow = 1
  /// With what is computed again, and without.
  private(set) var work = 0.0, workOnce = 0.0
  /// The most values that are kept at once.
  private var keptValues = 0

  private let image: Size
  private var size: Size

  var keptRows: Int { (keptValues + valuesPerRow - 1) / valuesPerRow }

  init(_ stages: [Stage], image: Size) {
    self.image = image
    size = image
    // Kept for the next stage, which lets go of rows as it keeps its own.
    var waiting = 0
    for stage in stages {
      switch stage {
      case .convolution(let stage):
        let kept = add(stage)
        keptValues = max(keptValues, waiting, kept)
        if kept > 0 { waiting = kept }
      case .residual(let block):
        // The branch has as many channels as the block's input, which waits for it to be added.
        let (inner, branch) = (add(block.stages.first), add(block.stages.second))
        keptValues = max(keptValues, waiting, branch + max(inner, branch))
        waiting = 2 * branch
      }
    }
  }

  /// - Returns: the values that are kept of its output.
  private mutating func add(_ stage: ConvolutionStage) -> Int {
    let stageWork = stage.work(for: size)
    size = stage.outputSize(for: size)
    let isKept = StripTranslation.keepsRows(of: size, image: image)
    workOnce += stageWork
    work += isKept || stage.instanceNorm == nil ? stageWork : 2 * stageWork
    guard isKept else { return 0 }
    valuesPerRow = max(valuesPerRow, size.width * stage.outputChannels)
    return size.height * size.width * stage.outputChannels
  }
}
