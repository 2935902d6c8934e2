// SPDX-License-Identifier: Apache-2.0
// Convolutions in the words of cuDNN's graphs.
#include "targets/cuda/cudnn_plan.h"

namespace tradewind::cuda {
namespace {

cudnnDataType_t data_type(Storage storage)
{
    if (storage == Storage::f16) return CUDNN_DATA_HALF;
    return storage == Storage::bf16 ? CUDNN_DATA_BFLOAT16 : CUDNN_DATA_FLOAT;
}

// Dimensions in cuDNN's order, n c h w; in memory channels come last.
struct Extent {
    std::int64_t n, c, h, w;
};

class GraphBuilder {
public:
    explicit GraphBuilder(const ConvolutionShape &shape)
        : shape_(shape), result_{shape.count, shape.filters, shape.y.output, shape.x.output}
    {
    }

    // In the order, and with the types, for which cuDNN has kernels beforehand: others are compiled when they are asked
    // for, which takes a second for each shape.
    std::vector<Descriptor> operations()
    {
        Descriptor current = result(TensorName::product, !(shape_.bias || shape_.residual || activates()));
        operations_.push_back(convolve(current));
        if (shape_.residual)
            current = add(current, tensor(TensorName::residual, result_, data_type(shape_.storage)),
                          result(TensorName::summed, !(shape_.bias || activates())));
        if (shape_.bias)
            current = add(current, tensor(TensorName::bias, {1, shape_.filters, 1, 1}, data_type(shape_.storage)),
                          result(TensorName::biased, !activates()));
        if (activates()) activate(current, result(TensorName::y, true));
        return operations_;
    }

private:
    bool activates() const { return shape_.activation != Activation::none; }

    Descriptor tensor(TensorName name, const Extent &extent, cudnnDataType_t type, bool inside = false) const
    {
        const auto [n, c, h, w] = extent;
        Descriptor tensor(CUDNN_BACKEND_TENSOR_DESCRIPTOR);
        tensor.set(CUDNN_ATTR_TENSOR_UNIQUE_ID, static_cast<std::int64_t>(name));
        tensor.set(CUDNN_ATTR_TENSOR_DATA_TYPE, type);
        tensor.set(CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, std::int64_t{16});
        tensor.set(CUDNN_ATTR_TENSOR_DIMENSIONS, std::vector{n, c, h, w});
        tensor.set(CUDNN_ATTR_TENSOR_STRIDES, std::vector{c * h * w, std::int64_t{1}, c * w, c});
        tensor.set(CUDNN_ATTR_TENSOR_IS_VIRTUAL, inside);
        tensor.finalize("describing a map to cuDNN");
        return tensor;
    }

    // What an operation gives: y where it is the last, else numbers that never leave float32 and the kernel.
    Descriptor result(TensorName name, bool last) const
    {
        return last ? tensor(TensorName::y, result_, data_type(shape_.storage))
                    : tensor(name, result_, CUDNN_DATA_FLOAT, true);
    }

    Descriptor convolution() const
    {
        const ConvolutionAxis &y = shape_.y, &x = shape_.x;
        Descriptor convolution(CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR);
        convolution.set(CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS, std::int64_t{2});
        convolution.set(CUDNN_ATTR_CONVOLUTION_COMP_TYPE, CUDNN_DATA_FLOAT);
        convolution.set(CUDNN_ATTR_CONVOLUTION_CONV_MODE, CUDNN_CROSS_CORRELATION);
        convolution.set(CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS, std::vector{y.before, x.before});
        convolution.set(CUDNN_ATTR_CONVOLUTION_POST_PADDINGS, std::vector{y.after, x.after});
        convolution.set(CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES, std::vector{y.stride, x.stride});
        convolution.set(CUDNN_ATTR_CONVOLUTION_DILATIONS, std::vector{y.dilation, x.dilation});
        convolution.finalize("describing a convolution to cuDNN");
        return convolution;
    }

    Descriptor convolve(const Descriptor &to) const
    {
        const auto type = data_type(shape_.storage);
        Descriptor operation(CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR);
        operation.set(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC, convolution());
        operation.set(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X,
                      tensor(TensorName::x, {shape_.count, shape_.channels, shape_.y.input, shape_.x.input}, type));
        operation.set(
            CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W,
            tensor(TensorName::weights, {shape_.filters, shape_.channels, shape_.y.kernel, shape_.x.kernel}, type));
        operation.set(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_Y, to);
        operation.set(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA, 1.0f);
        operation.set(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_BETA, 0.0f);
        operation.finalize("describing a convolution to cuDNN");
        return operation;
    }

    static Descriptor pointwise(cudnnPointwiseMode_t mode)
    {
        Descriptor pointwise(CUDNN_BACKEND_POINTWISE_DESCRIPTOR);
        pointwise.set(CUDNN_ATTR_POINTWISE_MODE, mode);
        pointwise.set(CUDNN_ATTR_POINTWISE_MATH_PREC, CUDNN_DATA_FLOAT);
        return pointwise;
    }

    Descriptor add(const Descriptor &from, const Descriptor &what, const Descriptor &to)
    {
        Descriptor sum = pointwise(CUDNN_POINTWISE_ADD);
        sum.finalize("describing a sum to cuDNN");
        append(sum, from, &what, to);
        return to;
    }

    void activate(const Descriptor &from, const Descriptor &to)
    {
        Descriptor relu = pointwise(CUDNN_POINTWISE_RELU_FWD);
        if (shape_.activation == Activation::relu6) {
            relu.set(CUDNN_ATTR_POINTWISE_RELU_LOWER_CLIP, 0.0f);
            relu.set(CUDNN_ATTR_POINTWISE_RELU_UPPER_CLIP, 6.0f);
        }
        relu.finalize("describing an activation to cuDNN");
        append(relu, shape_.activation == Activation::relu6 ? copied(from) : from, nullptr, to);
    }

    // With an operation that does nothing, cuDNN does not take the graph for the form of its own kernels, none of which
    // has relu6, and proposes good ones to be compiled.
    Descriptor copied(const Descriptor &from)
    {
        Descriptor copy = pointwise(CUDNN_POINTWISE_IDENTITY);
        copy.finalize("describing a copy to cuDNN");
        const Descriptor to = tensor(TensorName::copied, result_, CUDNN_DATA_FLOAT, true);
        append(copy, from, nullptr, to);
        return to;
    }

    void append(const Descriptor &pointwise, const Descriptor &from, const Descriptor *what, const Descriptor &to)
    {
        Descriptor operation(CUDNN_BACKEND_OPERATION_POINTWISE_DESCRIPTOR);
        operation.set(CUDNN_ATTR_OPERATION_POINTWISE_PW_DESCRIPTOR, pointwise);
        operation.set(CUDNN_ATTR_OPERATION_POINTWISE_XDESC, from);
        if (what) operation.set(CUDNN_ATTR_OPERATION_POINTWISE_BDESC, *what);
        operation.set(CUDNN_ATTR_OPERATION_POINTWISE_YDESC, to);
        operation.finalize("describing a sum to cuDNN");
        operations_.push_back(operation);
    }

    const ConvolutionShape &shape_;
    Extent result_;
    std::vector<Descriptor> operations_;
};

} // namespace

PlanDevice PlanDevice::described(const std::string &json)
{
    PlanDevice device;
    device.properties = Descriptor(CUDNN_BACKEND_DEVICEPROP_DESCRIPTOR);
    device.properties.set(CUDNN_ATTR_DEVICEPROP_JSON_REPRESENTATION, json);
    device.properties.finalize("describing a device to cuDNN");
    return device;
}

std::vector<Form> forms_of(const ConvolutionShape &shape)
{
    if (shape.activation != Activation::relu6) return {{shape}};
    ConvolutionShape plain = shape;
    plain.activation = Activation::none;
    return {{plain, shape.activation}, {shape}};
}

Descriptor operation_graph(const ConvolutionShape &asked, const PlanDevice &device)
{
    Descriptor graph(CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR);
    if (device.handle) graph.set(CUDNN_ATTR_OPERATIONGRAPH_HANDLE, device.handle);
    graph.set(CUDNN_ATTR_OPERATIONGRAPH_OPS, GraphBuilder(asked).operations());
    graph.finalize("describing a convolution to cuDNN");
    return graph;
}

} // namespace tradewind::cuda
