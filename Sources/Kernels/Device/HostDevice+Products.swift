import Threads

extension HostDevice {
  package func convolution(
    _ geometry: ConvolutionGeometry, input: PixelSource, weight: Buffer, bias: Buffer?, adding addend: Buffer?,
    precision: OperandPrecision, gathersMoments: Bool
  ) -> (output: Buffer, moments: ChannelMoments?) {
    var moments: MomentGatherer?
    let output = output(geometry.batch * geometry.outputImageCount) { output in
      moments = Convolution.forward(
        geometry, input: PixelReader(input), weight: weight, bias: bias?.pointer, addend: addend?.pointer,
        precision: precision, gathersMoments: gathersMoments, output: output)
    }
    return (output, moments?.moments)
  }

  package func convolutionInputGradient(
    _ geometry: ConvolutionGeometry, outputGradient: PixelSource, weight: Buffer, bias: Buffer?,
    precision: OperandPrecision,
    gathersMoments: Bool
  ) -> (inputGradient: Buffer, moments: ChannelMoments?) {
    var moments: MomentGatherer?
    let inputGradient = output(geometry.batch * geometry.inputImageCount) { output in
      moments = Convolution.inputGradient(
        geometry, outputGradient: PixelReader(outputGradient), weight: weight, bias: bias?.pointer,
        precision: precision, gathersMoments: gathersMoments, inputGradient: output)
    }
    return (inputGradient, moments?.moments)
  }

  package func convolutionWeightGradient(
    _ geometry: ConvolutionGeometry, input: PixelSource, outputGradient: PixelSource, precision: OperandPrecision
  ) -> Buffer {
    output(geometry.patchCount * geometry.outputChannels) { output in
      Convolution.weightGradient(
        geometry, input: PixelReader(input), outputGradient: PixelReader(outputGradient), weightGradient: output)
    }
  }

  package func depthwiseConvolution(
    _ geometry: ConvolutionGeometry, input: PixelSource, weight: Buffer, bias: Buffer?
  ) -> Buffer {
    output(geometry.batch * geometry.outputImageCount) { output in
      DepthwiseConvolution.forward(geometry)
        .run(PixelReader(input), weight: weight.pointer, bias: bias?.pointer, output: output)
    }
  }

  package func depthwiseConvolutionInputGradient(
    _ geometry: ConvolutionGeometry, outputGradient: PixelSource, weight: Buffer
  ) -> Buffer {
    output(geometry.batch * geometry.inputImageCount) { output in
      DepthwiseConvolution.backward(geometry)
        .run(PixelReader(outputGradient), weight: weight.pointer, bias: nil, output: output)
    }
  }

  package func depthwiseConvolutionWeightGradient(
    _ geometry: ConvolutionGeometry, input: PixelSource, outputGradient: PixelSource
  ) -> Buffer {
    output(geometry.kernelHeight * geometry.kernelWidth * geometry.outputChannels) { output in
      DepthwiseWeightGradient(geometry)
        .run(PixelReader(input), outputGradient: PixelReader(outputGradient), into: output)
    }
  }

  package func windowAttention(
    _ geometry: AttentionGeometry, queries: ChannelRun, keys: ChannelRun, values: ChannelRun, bias: Buffer
  ) -> Buffer {
    output(geometry.outputCount) { output in
      WindowAttention(
        geometry: geometry, queries: queries, keys: keys, values: values, bias: bias.pointer, output: output
      ).run()
    }
  }

  package func matrixProduct(_ geometry: MatrixProductGeometry, left: Buffer, right: Buffer) -> Buffer {
    matrixProduct(geometry, left, right) { $0.compute() }
  }

  /// The product as it is computed where OpenBLAS is not installed.
  package func matrixProductWithoutOpenBLAS(
    _ geometry: MatrixProductGeometry, left: Buffer, right: Buffer
  ) -> Buffer {
    matrixProduct(geometry, left, right) { $0.computeByOwnProduct() }
  }

  private func matrixProduct(
    _ geometry: MatrixProductGeometry, _ left: Buffer, _ right: Buffer, by multiply: (MatrixProduct) -> Void
  ) -> Buffer {
    let (rows, columns, inner) = (geometry.rows, geometry.columns, geometry.inner)
    return output(geometry.batch * rows * columns) { output in
      func compute(_ index: Int) {
        let product = MatrixProduct(
          rows: rows, columns: columns, inner: inner,
          left: Matrix(
            pointer: left.pointer + index * rows * inner, stride: geometry.transposesLeft ? rows : inner,
            isTransposed: geometry.transposesLeft),
          right: Matrix(
            pointer: right.pointer + index * inner * columns, stride: geometry.transposesRight ? inner : columns,
            isTransposed: geometry.transposesRight),
          output: output + index * rows * columns)
        multiply(product)
      }
      // A product of few rows is work for one thread only.
      if rows <= MatrixProduct.bandRows {
        ThreadPool.run(count: geometry.batch, compute)
      } else {
        for index in 0..<geometry.batch { compute(index) }
      }
    }
  }
}
