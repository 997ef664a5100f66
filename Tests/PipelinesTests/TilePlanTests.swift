import Pipelines
import Testing

@Suite struct TilePlanTests {
  @Test(arguments: [1, 3, 32, 33, 100, 1001], [32, 48, 1000])
  func partsCoverAnAxisAndAreReadWithTheirOverlap(size: Int, tile: Int) {
    for (multiple, overlap) in [(1, 0), (1, 1), (1, 349), (2, 20), (2, 7), (4, 6), (4, 400)] {
      let spans = TilePlan(height: size, width: 8, tile: tile, overlap: overlap, multiple: multiple).rows
      let extended = (size + multiple - 1) / multiple * multiple
      var end = 0
      for span in spans {
        #expect(span.part.lowerBound == end && !span.part.isEmpty && span.part.count <= tile)
        end = span.part.upperBound
        #expect(span.extent.lowerBound % multiple == 0 && span.extent.count == spans[0].extent.count)
        #expect(span.extent.count % multiple == 0 && span.extent.lowerBound >= 0 && span.extent.upperBound <= extended)
        #expect(span.extent.lowerBound <= max(0, span.part.lowerBound - overlap))
        #expect(span.extent.upperBound >= min(extended, span.part.upperBound + overlap))
      }
      #expect(end == size)
    }
  }

  @Test func tilesAreOfLikeSize() {
    let plan = TilePlan(height: 600, width: 65_000, tile: 512, overlap: 8, multiple: 1)
    #expect(plan.rows.map(\.part) == [0..<300, 300..<600])
    #expect(plan.rows.map(\.extent) == [0..<316, 284..<600])
    #expect((plan.count, plan.largestPart.height, plan.largestPart.width) == (254, 300, 512))
    #expect(plan.columns.allSatisfy { (511...512).contains($0.part.count) && $0.extent.count == 528 })
  }
}
