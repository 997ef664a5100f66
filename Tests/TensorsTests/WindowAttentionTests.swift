import Tensors
import TestSupport
import Testing

private struct Attributes: Decodable {
  struct Windows: Decodable {
    var rows: [[Int32]], columns: [[Int32]], rowParts: [[Int32]], columnParts: [[Int32]]

    func windows(height: Int, width: Int) -> WindowedImage {
      func axis(_ positions: [[Int32]], _ parts: [[Int32]]) -> WindowAxis {
        WindowAxis(size: positions[0].count, positions: positions.flatMap { $0 }, parts: parts.flatMap { $0 })
      }
      return WindowedImage(
        height: height, width: width, rows: axis(rows, rowParts), columns: axis(columns, columnParts))
    }
  }

  var heads: Int, channels: Int
  /// The first channels of queries, keys and values.
  var places: [Int]
  var windows: [String: Windows]
  var scale: Float
}

@Test(.onAnotherDevice, arguments: try GoldenFile("windowAttention").cases)
func windowAttention(_ golden: GoldenCase) throws {
  let attributes: Attributes = try golden.attributes()
  let shape = try golden.array("x").shape
  func windows(_ side: String) -> WindowedImage {
    attributes.windows[side]!.windows(height: shape[1], width: shape[2])
  }
  let attention = WindowAttention(
    heads: attributes.heads, headChannels: attributes.channels, queries: AttentionChannels(first: attributes.places[0]),
    keys: AttentionChannels(first: attributes.places[1]), values: AttentionChannels(first: attributes.places[2]),
    queryWindows: windows("queries"), keyWindows: windows("keys"), scale: attributes.scale)
  try checkOperation(golden) { attention([$0["x"]!], bias: $0["bias"]!) }
}

/// Keys of another size than the queries, and from another tensor, as where they are pooled.
@Test func windowsOfKeysMayHaveAnotherSize() {
  let queries = randomValues(shape: [1, 4, 8, 6], "queries")
  let pooled = randomValues(shape: [1, 2, 4, 12], "pooled")
  let attention = WindowAttention(
    heads: 2, headChannels: 3, queries: AttentionChannels(first: 0), keys: AttentionChannels(tensor: 1, first: 0),
    values: AttentionChannels(tensor: 1, first: 6),
    queryWindows: .shifted(size: Size(4), of: Size(height: 4, width: 8), by: Size(2)),
    keyWindows: .shifted(size: Size(2), of: Size(height: 2, width: 4), by: Size(1)))
  let bias = randomValues(shape: [2, 16, 4], "bias")
  #expect(attention([Tensor(queries), Tensor(pooled)], bias: Tensor(bias)).shape == [1, 4, 8, 6])
  checkGradients(at: [queries, pooled, bias], "pooled keys") { attention([$0[0], $0[1]], bias: $0[2]) }
}

@Test func windowsThatOverlapHaveZerosBeyondTheImage() {
  let axis = WindowAxis.overlapping(size: 4, stride: 2, of: 4)
  #expect(axis.positions == [-1, 0, 1, 2, 1, 2, 3, -1] && axis.count == 2)
}
