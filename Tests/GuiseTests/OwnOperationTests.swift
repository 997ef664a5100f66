import Guise
import Testing

@Suite struct OwnOperationTests {
  private let point: [Float] = [-3, -0.5, 0.25, 1, 4]

  /// Against central differences of values and of first derivatives.
  @Test func gradientsAreThoseOfTheFormula() throws {
    let step: Float = 1 / 128
    let input = Tensor(variable: NDArray(point, shape: [5]))
    let output = Softsign()(input)
    #expect(zip(output.value.scalars, point).allSatisfy { abs($0 - $1 / (1 + abs($1))) < 1e-6 })

    func values(movedBy change: Float) -> [Float] {
      Softsign()(Tensor(NDArray(point.map { $0 + change }, shape: [5]))).value.scalars
    }
    func slopes(at point: [Float]) -> Tensor {
      let input = Tensor(variable: NDArray(point, shape: [5]))
      return gradients(of: Softsign()(input).sum(), withRespectTo: [input], differentiable: true)[0]
    }
    let slope = gradients(of: output.sum(), withRespectTo: [input], differentiable: true)[0]
    let measured = zip(values(movedBy: step), values(movedBy: -step)).map { ($0 - $1) / (2 * step) }
    #expect(zip(slope.value.scalars, measured).allSatisfy { abs($0 - $1) < 1e-3 })

    let curvature = gradients(of: slope.sum(), withRespectTo: [input])[0].value.scalars
    let ahead = slopes(at: point.map { $0 + step }).value.scalars
    let back = slopes(at: point.map { $0 - step }).value.scalars
    let measuredCurvature = zip(ahead, back).map { ($0 - $1) / (2 * step) }
    #expect(zip(curvature, measuredCurvature).allSatisfy { abs($0 - $1) < 1e-2 }, "\(curvature) \(measuredCurvature)")
  }

  @Test func aLayerKnowsTraining() {
    let layer = TrainingNoise(deviation: 0.1)
    let input = Tensor(NDArray(point, shape: [5]))
    func noisy(step: Int) -> [Float] { TrainingContext.run(seed: 1, step: step) { layer(input).value.scalars } }
    #expect(layer(input).value.scalars == point)
    #expect(noisy(step: 1) != point)
    #expect(noisy(step: 1) == noisy(step: 1) && noisy(step: 1) != noisy(step: 2))
  }
}
