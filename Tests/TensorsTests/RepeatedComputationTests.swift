import Layers
import Tensors
import TestSupport
import Testing

/// On a GPU, calls from the third on are repeated commands.
@Suite struct RepeatedComputationTests {
  private func images(_ seed: UInt64, size: Int = 6) -> NDArray {
    let random = Random(seed: seed, purpose: "images")
    return NDArray((0..<size * size * 3).map { random.normal(at: $0) }, shape: [1, size, size, 3])
  }

  @Test func resultsAreThoseOfTheInputs() {
    let weight = Parameter(NDArray((0..<81).map { Float($0 % 7) - 3 }, shape: [3, 3, 3, 3]), role: .weight)
    let computation = RepeatedComputation<Int, String>()
    func computed(_ inputs: [NDArray]) -> [NDArray] {
      let output = Tensor(inputs[0]).convolved(with: weight.tensor, padding: Padding(1)).instanceNormalized()
      let loss = (output - Tensor(inputs[1])).squared().mean()
      return [loss.value, gradients(of: loss, withRespectTo: [weight.tensor])[0].value]
    }
    for step in 0..<12 as Range<UInt64> {
      // Two sizes by turns, and a weight that is replaced once.
      let inputs = [images(step, size: step % 2 == 0 ? 6 : 9), images(step + 50, size: step % 2 == 0 ? 6 : 9)]
      if step == 8 { weight.value = NDArray((0..<81).map { Float($0 % 5) - 2 }, shape: [3, 3, 3, 3]) }
      let (arrays, name) = computation(0, inputs: inputs, constants: [weight.value]) { (computed($0), "loss") }
      #expect(arrays.map(\.scalars) == computed(inputs).map(\.scalars), "step \(step)")
      #expect(name == "loss")
    }
  }

  @Test func randomNumbersAreDrawnEachTime() {
    let computation = RepeatedComputation<Int, Void>()
    var results: Set<[Float]> = []
    for step in 0..<6 {
      let (arrays, _) = computation(0, inputs: [images(1)], constants: []) { inputs in
        ([Tensor(inputs[0]).droppedOut(rate: 0.5, random: Random(seed: 1, purpose: "dropout", step: step)).value], ())
      }
      results.insert(arrays[0].scalars)
    }
    #expect(results.count == 6)
  }

  @Test func whatIsReadIsReadEachTime() {
    let computation = RepeatedComputation<Int, Void>()
    for step in 1...6 as ClosedRange<UInt64> {
      let (arrays, _) = computation(0, inputs: [images(step)], constants: []) { inputs in
        let factor = inputs[0].scalars[0]
        return ([(Tensor(inputs[0]) * factor).value], ())
      }
      let expected = images(step).scalars
      #expect(arrays[0].scalars == expected.map { $0 * expected[0] })
    }
  }

  @Test func keysAreKeptApart() {
    let computation = RepeatedComputation<Int, Int>()
    for step in 0..<15 {
      let key = step % 3
      let (arrays, found) = computation(key, inputs: [images(1)], constants: []) { inputs in
        ([(Tensor(inputs[0]) * Float(key)).value], key)
      }
      #expect(found == key && arrays[0].scalars == images(1).scalars.map { $0 * Float(key) })
    }
  }
}
