import Layers
import Tensors
import Testing

@Suite struct ImagePoolTests {
  private func image(_ value: Float) -> Tensor { Tensor(NDArray(repeating: value, shape: [1, 2, 2, 3])) }

  private func exchange(_ pool: inout ImagePool, _ value: Float, step: Int) -> Float {
    pool.exchange(image(value), random: Random(seed: 2, purpose: "pool", step: step)).value.scalars[0]
  }

  @Test func aPoolThatIsNotFullHandsOnWhatItIsGiven() {
    var pool = ImagePool(capacity: 5)
    for step in 0..<5 { #expect(exchange(&pool, Float(step), step: step) == Float(step)) }
    #expect(pool.images.count == 5)
  }

  @Test func aFullPoolExchangesHalfOfTheTime() {
    var pool = ImagePool(capacity: 50)
    var exchanged = 0
    var kept = Set<Float>()
    for step in 0..<2050 {
      let shown = exchange(&pool, Float(step), step: step)
      if shown != Float(step) {
        exchanged += 1
        #expect(kept.remove(shown) != nil, "an image came out that was not in the pool")
        kept.insert(Float(step))
      } else if step < 50 {
        kept.insert(Float(step))
      }
    }
    #expect((900...1100).contains(exchanged))
    #expect(Set(pool.images.map { $0.scalars[0] }) == kept)
  }

  @Test func aPoolOfNoneHandsOnEveryImage() {
    var pool = ImagePool(capacity: 0)
    for step in 0..<10 { #expect(exchange(&pool, Float(step), step: step) == Float(step)) }
    #expect(pool.images.isEmpty)
  }

  @Test func theImagesOfABatchAreExchangedOneByOne() {
    var pool = ImagePool(capacity: 3)
    let batch = concatenated([image(1), image(2), image(3), image(4)], axis: 0)
    let shown = pool.exchange(batch, random: Random(seed: 2, purpose: "pool", step: 7))
    #expect(shown.shape == [4, 2, 2, 3])
    #expect(shown.value.scalars[0..<36] == batch.value.scalars[0..<36])
    #expect(pool.images.count == 3)
  }
}
