import Kernels

/// Windows along one axis of an image; see `Kernels.WindowAxis`.
package typealias WindowAxis = Kernels.WindowAxis
package typealias WindowedImage = Kernels.WindowedImage

/// Where the channels of queries, keys or values lie: in one of the tensors that attention reads, from a channel on.
package struct AttentionChannels: Sendable {
  package var tensor: Int, first: Int

  package init(tensor: Int = 0, first: Int) {
    self.tensor = tensor
    self.first = first
  }
}

/// Attention of several heads within windows (Vaswani et al. 2017; Liu et al. 2021, Swin). A query sees the keys of its window
/// that are of the same part.
package struct WindowAttention: TensorOperation {
  package let heads: Int, headChannels: Int
  package let queries: AttentionChannels, keys: AttentionChannels, values: AttentionChannels
  /// Each pixel lies in one window of the queries, which sees the window of the same number among the keys'.
  package let queryWindows: WindowedImage, keyWindows: WindowedImage
  /// The factor of products of queries and keys.
  package let scale: Float

  package init(
    heads: Int, headChannels: Int, queries: AttentionChannels, keys: AttentionChannels, values: AttentionChannels,
    queryWindows: WindowedImage, keyWindows: WindowedImage, scale: Float? = nil
  ) {
    precondition(
      queryWindows.rows.count == keyWindows.rows.count && queryWindows.columns.count == keyWindows.columns.count,
      "\(queryWindows.count) windows cannot see \(keyWindows.count)")
    self.heads = heads
    self.headChannels = headChannels
    self.queries = queries
    self.keys = keys
    self.values = values
    self.queryWindows = queryWindows
    self.keyWindows = keyWindows
    self.scale = scale ?? 1 / Float(headChannels).squareRoot()
  }

  /// `[N, H, W, heads * headChannels]`, in the queries' size.
  /// - Parameters:
  ///   - tensors: images `[N, H, W, C]`, those of the keys and values in the keys' size.
  ///   - bias: `[heads, pixels of a query window, pixels of a key window]`, added to the scores.
  package func callAsFunction(_ tensors: [Tensor], bias: Tensor) -> Tensor {
    precondition(
      bias.shape == [heads, queryWindows.size, keyWindows.size],
      "a bias of \(bias.shape) for \(heads) heads, \(queryWindows.size) queries and \(keyWindows.size) keys")
    for (channels, image) in [(queries, queryWindows), (keys, keyWindows), (values, keyWindows)] {
      let shape = tensors[channels.tensor].shape
      precondition(
        shape.rank == 4 && shape[1] == image.height && shape[2] == image.width
          && channels.first + heads * headChannels <= shape[3],
        "images of shape \(shape) do not fit windows of \(image.height)x\(image.width) pixels with channels from "
          + "\(channels.first) on")
    }
    return apply(to: tensors + [bias])
  }

  package func output(of inputs: [NDArray]) -> NDArray {
    func run(_ channels: AttentionChannels) -> ChannelRun {
      let input = inputs[channels.tensor]
      return ChannelRun(input.buffer, channels: input.shape[3], first: channels.first)
    }
    let batch = inputs[0].shape[0]
    let geometry = AttentionGeometry(
      batch: batch, heads: heads, headChannels: headChannels, queries: queryWindows, keys: keyWindows, scale: scale)
    return NDArray(
      device.windowAttention(
        geometry, queries: run(queries), keys: run(keys), values: run(values), bias: inputs[inputs.count - 1].buffer),
      shape: [batch, queryWindows.height, queryWindows.width, heads * headChannels])
  }

  package func cost(of inputs: [NDArray], output: NDArray) -> Cost {
    Cost(flops: 4 * output.shape.count * keyWindows.size, of: inputs, output)
  }

  package func gradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    call.gradients(gradient) { inputs in
      let scores = windows(queries, of: inputs, queryWindows).matrixProduct(
        with: windows(keys, of: inputs, keyWindows), transposingRight: true)
      let shares = (scores * scale + inputs[inputs.count - 1] + separation).softmax()
      return image(of: shares.matrixProduct(with: windows(values, of: inputs, keyWindows)), batch: inputs[0].shape[0])
    }
  }

  /// `[N, windows, heads, pixels, headChannels]`.
  private func windows(_ channels: AttentionChannels, of inputs: [Tensor], _ image: WindowedImage) -> Tensor {
    inputs[channels.tensor]
      .sliced(axis: 3, range: channels.first..<channels.first + heads * headChannels)
      .gathered(rows: image.rows.positions.map { Int($0) }, columns: image.columns.positions.map { Int($0) })
      .reshaped(
        to: [
          inputs[0].shape[0], image.rows.count, image.rows.size, image.columns.count, image.columns.size, heads,
          headChannels,
        ]
      )
      .transposed([0, 1, 3, 5, 2, 4, 6])
      .reshaped(to: [inputs[0].shape[0], image.count, heads, image.size, headChannels])
  }

  /// The reverse of `windows`.
  private func image(of windows: Tensor, batch: Int) -> Tensor {
    let (rows, columns) = (queryWindows.rows, queryWindows.columns)
    func places(of axis: WindowAxis, size: Int) -> [Int] {
      var places = Array(repeating: -1, count: size)
      for (place, position) in axis.positions.enumerated() where position >= 0 { places[Int(position)] = place }
      return places
    }
    return windows.reshaped(to: [batch, rows.count, columns.count, heads, rows.size, columns.size, headChannels])
      .transposed([0, 1, 4, 2, 5, 3, 6])
      .reshaped(to: [batch, rows.positions.count, columns.positions.count, heads * headChannels])
      .gathered(
        rows: places(of: rows, size: queryWindows.height), columns: places(of: columns, size: queryWindows.width))
  }

  /// What keeps pixels of different parts apart, `[windows, 1, queries, keys]`.
  private var separation: Tensor {
    func parts(_ image: WindowedImage, window: Int) -> [[Int32]] {
      let (row, column) = window.quotientAndRemainder(dividingBy: image.columns.count)
      return image.rows.parts[row * image.rows.size..<(row + 1) * image.rows.size].flatMap { part in
        image.columns.parts[column * image.columns.size..<(column + 1) * image.columns.size].map { [part, $0] }
      }
    }
    let values = (0..<queryWindows.count).flatMap { window in
      let keys = parts(keyWindows, window: window)
      return parts(queryWindows, window: window).flatMap { part in keys.map { Float($0 == part ? 0 : -1e9) } }
    }
    return Tensor(NDArray(values, shape: [queryWindows.count, 1, queryWindows.size, keyWindows.size]))
  }
}
