import Threads

extension HostDevice {
  package func unary(_ function: UnaryFunction, of values: Buffer) -> Buffer {
    output(values.count) { Elementwise.apply(function, to: values.pointer, count: values.count, into: $0) }
  }

  package func affine(_ values: Buffer, scale: Float, shift: Float) -> Buffer {
    output(values.count) {
      Elementwise.applyAffine(to: values.pointer, scale: scale, shift: shift, count: values.count, into: $0)
    }
  }

  package func rectified(_ values: Buffer, slope: Float) -> Buffer {
    output(values.count) { Elementwise.rectify(values.pointer, slope: slope, count: values.count, into: $0) }
  }

  package func clamped(_ values: Buffer, to range: ClosedRange<Float>) -> Buffer {
    output(values.count) { Elementwise.clamp(values.pointer, to: range, count: values.count, into: $0) }
  }

  package func multiplied(_ values: Buffer, bySignOf selector: Buffer, zero: Float, negative: Float) -> Buffer {
    output(values.count) {
      Elementwise.multiply(
        values.pointer, bySignOf: selector.pointer, zero: zero, negative: negative, count: values.count, into: $0)
    }
  }

  package func masked(_ values: Buffer, where selector: Buffer, isIn range: ClosedRange<Float>) -> Buffer {
    output(values.count) {
      Elementwise.mask(values.pointer, where: selector.pointer, isIn: range, count: values.count, into: $0)
    }
  }

  package func attended(_ values: Buffer, adding addends: Buffer) -> Buffer {
    output(values.count) {
      Exponentials.attend(to: values.pointer, adding: addends.pointer, count: values.count, into: $0)
    }
  }

  package func binary(
    _ function: BinaryFunction, _ left: Buffer, dimensions leftDimensions: [Int], _ right: Buffer,
    dimensions rightDimensions: [Int]
  ) -> Buffer {
    let outputDimensions = zip(leftDimensions, rightDimensions).map { $0 == 1 ? $1 : $0 }
    return output(outputDimensions.reduce(1, *)) {
      Broadcasting.apply(
        function, left: left.pointer, leftDimensions: leftDimensions, right: right.pointer,
        rightDimensions: rightDimensions, output: $0, outputDimensions: outputDimensions)
    }
  }

  package func broadcast(_ values: Buffer, from dimensions: [Int], to outputDimensions: [Int]) -> Buffer {
    output(outputDimensions.reduce(1, *)) { output in
      withUnsafePointer(to: Float(0)) { zero in
        Broadcasting.apply(
          .sum, left: values.pointer, leftDimensions: dimensions, right: zero,
          rightDimensions: Array(repeating: 1, count: dimensions.count), output: output,
          outputDimensions: outputDimensions)
      }
    }
  }

  package func dropoutMask(count: Int, rate: Float, random: Philox) -> Buffer {
    let kept = 1 / (1 - rate)
    return output(count) { mask in
      Bands.run(over: count) { range in
        for index in range { mask[index] = random.uniform(at: index) < rate ? 0 : kept }
      }
    }
  }

  package func accumulate(_ values: Buffer, to target: Buffer) {
    withExtendedLifetime((values, target)) {
      Elementwise.accumulate(values.pointer, to: target.pointerForWriting, count: target.count)
    }
  }

  package func updateByAdam(_ updates: [AdamUpdate]) {
    for update in updates {
      withExtendedLifetime(update) {
        Adam.update(
          update.parameter.pointerForWriting, gradient: update.gradient.pointer,
          firstMoment: update.firstMoment.pointerForWriting, secondMoment: update.secondMoment.pointerForWriting,
          count: update.parameter.count, update.settings)
      }
    }
  }
}
