// The bridge between TorchSharp's C# and libtorch: any ATen operator by name through the dispatcher, and the few things that are no operator.
// Conventions: a tensor or generator handle is one owned reference to its c10 object. Functions that can fail return a negative number (or null) and leave
// their message in st_error(), which is per thread and valid until the thread's next failure. No exception leaves this file. Compiles against libtorch 1.13 and 2.x.
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/ivalue.h>
#include <ATen/core/stack.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <ATen/ops/from_blob.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <dlfcn.h>
#include <torch/version.h>

using at::Tensor;
using c10::IValue;
using c10::TensorImpl;
using Impl = c10::intrusive_ptr<TensorImpl, c10::UndefinedTensorImpl>;

// c10::optional became std::optional, and then went away.
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
template <class T> using Optional = std::optional<T>;
#else
template <class T> using Optional = c10::optional<T>;
#endif

namespace {

// Mirrors TorchSharp.Interop.Value. Lists: `data` points to the elements, `extra` is their number. Device: `extra` is the type, `integer` the index.
enum Tag : int32_t { None, OfTensor, Int, Double, Bool, IntList, DoubleList, TensorList, OptionalTensorList, Device, String, Generator };
struct Value {
  int32_t tag;
  int32_t extra;
  union { int64_t integer; double number; void* data; };
};
static_assert(sizeof(Value) == 16, "shared with C#");

struct Operator {
  c10::OperatorHandle handle;
  size_t parameters;
};

thread_local std::string last_error;
thread_local std::vector<Tensor> overflow;     // tensors of a result that did not fit the caller's buffer
thread_local torch::jit::Stack spare_stack;    // keeps its capacity between calls

// c10 appends a C++ backtrace and the place in its sources; neither helps a caller, and the first line must be readable.
void remember(const char* what) {
  last_error = what ? what : "unknown error";
  for (const char* noise : {"\nException raised from ", "\nframe #"}) {
    auto at = last_error.find(noise);
    if (at != std::string::npos) last_error.resize(at);
  }
}

template <class F>
auto guarded(F body, decltype(body()) failed) noexcept -> decltype(body()) {
  try {
    return body();
  } catch (const c10::Error& e) {
    remember(e.what_without_backtrace());
  } catch (const std::exception& e) {
    remember(e.what());
  } catch (...) {
    remember("libtorch threw something that is not an exception");
  }
  return failed;
}

Tensor borrow(void* handle) { return handle ? Tensor(Impl::reclaim_copy(static_cast<TensorImpl*>(handle))) : Tensor(); }
void* own(Tensor tensor) { return tensor.defined() ? tensor.unsafeReleaseTensorImpl() : nullptr; }
at::Generator borrow_generator(void* handle) {
  return at::Generator(c10::intrusive_ptr<c10::GeneratorImpl>::reclaim_copy(static_cast<c10::GeneratorImpl*>(handle)));
}
TensorImpl* impl(void* handle) { return static_cast<TensorImpl*>(handle); }

IValue to_ivalue(const Value& v) {
  switch (v.tag) {
    case None: return IValue();
    case OfTensor: return IValue(borrow(v.data));
    case Int: return IValue(v.integer);
    case Double: return IValue(v.number);
    case Bool: return IValue(v.integer != 0);
    case IntList: return IValue(c10::ArrayRef<int64_t>(static_cast<int64_t*>(v.data), v.extra));
    case DoubleList: return IValue(c10::ArrayRef<double>(static_cast<double*>(v.data), v.extra));
    case TensorList: {
      c10::List<Tensor> list;
      list.reserve(v.extra);
      for (int i = 0; i < v.extra; i++) list.push_back(borrow(static_cast<void**>(v.data)[i]));
      return IValue(std::move(list));
    }
    case OptionalTensorList: {
      c10::List<Optional<Tensor>> list;
      list.reserve(v.extra);
      for (int i = 0; i < v.extra; i++) {
        void* handle = static_cast<void**>(v.data)[i];
        list.push_back(handle ? Optional<Tensor>(borrow(handle)) : Optional<Tensor>());
      }
      return IValue(std::move(list));
    }
    case Device: return IValue(c10::Device(static_cast<c10::DeviceType>(v.extra), static_cast<c10::DeviceIndex>(v.integer)));
    case String: return IValue(std::string(static_cast<char*>(v.data), v.extra));
    case Generator: return IValue(borrow_generator(v.data));
  }
  throw std::runtime_error("bridge: unknown argument tag " + std::to_string(v.tag));
}

// Appends one result; tensor lists are flattened.
void emit(IValue&& value, Value* results, int capacity, int& count) {
  auto tensor = [&](Tensor&& t) {
    if (count < capacity) {
      results[count].tag = OfTensor;
      results[count].data = own(std::move(t));
    } else if (capacity > 0) {
      overflow.push_back(std::move(t));
    }
    count++;
  };
  if (value.isTensor()) return tensor(std::move(value).toTensor());
  if (value.isTensorList()) {
    for (auto& t : value.toTensorVector()) tensor(std::move(t));
    return;
  }
  if (count < capacity) {
    Value& r = results[count];
    if (value.isInt()) { r.tag = Int; r.integer = value.toInt(); }
    else if (value.isDouble()) { r.tag = Double; r.number = value.toDouble(); }
    else if (value.isBool()) { r.tag = Bool; r.integer = value.toBool(); }
    else if (value.isNone()) { r.tag = None; }
    else throw std::runtime_error("bridge: a result of type " + value.tagKind() + " is not supported");
  }
  count++;
}

}  // namespace

#define API extern "C" __attribute__((visibility("default")))

API const char* st_error() { return last_error.c_str(); }
API const char* st_version() { return TORCH_VERSION; }
API const char* st_config() {
  static std::string config = at::show_config();
  return config.c_str();
}

// ---- operators ----

API void* st_find(const char* name, const char* overload) {
  return guarded([&]() -> void* {
    auto handle = c10::Dispatcher::singleton().findSchemaOrThrow(name, overload);
    return new Operator{handle, handle.schema().arguments().size()};
  }, nullptr);
}

// Calls with the first `count` arguments given and the others at their schema's defaults. Returns the number of results; those past `capacity` wait for st_overflow,
// unless capacity is 0: then the caller wants none (an in-place operator gives back its own argument).
API int st_call(void* op, const Value* arguments, int count, Value* results, int capacity) {
  torch::jit::Stack stack = std::move(spare_stack);
  int status = guarded([&] {
    auto* target = static_cast<Operator*>(op);
    stack.reserve(target->parameters);
    for (int i = 0; i < count; i++) stack.push_back(to_ivalue(arguments[i]));
    for (size_t i = count; i < target->parameters; i++) {
      const auto& argument = target->handle.schema().arguments()[i];
      if (!argument.default_value()) throw std::runtime_error(target->handle.schema().name() + ": the argument '" + argument.name() + "' has no default");
      stack.push_back(*argument.default_value());
    }
    target->handle.callBoxed(stack);
    int n = 0;
    overflow.clear();
    for (auto& value : stack) emit(std::move(value), results, capacity, n);
    return n;
  }, -1);
  stack.clear();
  spare_stack = std::move(stack);
  return status;
}

API void st_overflow(void** handles) {
  for (auto& tensor : overflow) *handles++ = own(std::move(tensor));
  overflow.clear();
}

// ---- tensors ----

API void st_release(void* tensor) { Impl::reclaim(impl(tensor)); }
API void* st_retain(void* tensor) { return own(borrow(tensor)); }
API int64_t st_dim(void* tensor) { return impl(tensor)->dim(); }
API int64_t st_numel(void* tensor) { return impl(tensor)->numel(); }
API int st_dtype(void* tensor) { return static_cast<int>(c10::typeMetaToScalarType(impl(tensor)->dtype())); }
API int st_requires_grad(void* tensor) { return borrow(tensor).requires_grad(); }
API int st_is_leaf(void* tensor) { return borrow(tensor).is_leaf(); }
API int st_is_contiguous(void* tensor) { return borrow(tensor).is_contiguous(); }
API int st_is_sparse(void* tensor) { return borrow(tensor).is_sparse(); }
API int64_t st_element_size(void* tensor) { return impl(tensor)->itemsize(); }
API int64_t st_storage_offset(void* tensor) { return impl(tensor)->storage_offset(); }
API void* st_data(void* tensor) { return guarded([&]() -> void* { return borrow(tensor).data_ptr(); }, nullptr); }
API int st_device(void* tensor, int* index) {
  auto device = impl(tensor)->device();
  *index = device.index();
  return static_cast<int>(device.type());
}
API int st_sizes(void* tensor, int64_t* sizes) {
  return guarded([&] { auto s = impl(tensor)->sizes(); std::copy(s.begin(), s.end(), sizes); return 0; }, -1);
}
API int st_strides(void* tensor, int64_t* strides) {
  return guarded([&] { auto s = impl(tensor)->strides(); std::copy(s.begin(), s.end(), strides); return 0; }, -1);
}
API int st_set_requires_grad(void* tensor, int value) {
  return guarded([&] { borrow(tensor).set_requires_grad(value != 0); return 0; }, -1);
}
API int st_retain_grad(void* tensor) { return guarded([&] { borrow(tensor).retain_grad(); return 0; }, -1); }
API int st_grad(void* tensor, void** grad) { return guarded([&] { *grad = own(borrow(tensor).grad()); return 0; }, -1); }
API int st_set_grad(void* tensor, void* grad) {
  return guarded([&] {
    auto target = borrow(tensor);
    auto value = borrow(grad);
    TORCH_CHECK(!value.defined() || value.sizes() == target.sizes(), "grad: its shape ", value.sizes(), " is not the tensor's shape ", target.sizes());
    TORCH_CHECK(!value.defined() || value.dtype() == target.dtype(), "grad: its dtype ", value.dtype(), " is not the tensor's dtype ", target.dtype());
    target.mutable_grad() = std::move(value);
    return 0;
  }, -1);
}
API int st_backward(void* tensor, void* gradient, int retain_graph, int create_graph, void** inputs, int count) {
  return guarded([&] {
    std::vector<Tensor> leaves;
    for (int i = 0; i < count; i++) leaves.push_back(borrow(inputs[i]));
    borrow(tensor).backward(borrow(gradient), retain_graph != 0, create_graph != 0,
        count > 0 ? Optional<at::TensorList>(leaves) : Optional<at::TensorList>());
    return 0;
  }, -1);
}
// The memory stays the caller's; `release(context)` is called once, when the last tensor over it is gone (from whichever thread that is), and at once on failure.
API void* st_from_blob(void* data, const int64_t* sizes, int dims, int dtype, void (*release)(void*), void* context) {
  void* result = guarded([&]() -> void* {
    auto options = at::TensorOptions().dtype(static_cast<c10::ScalarType>(dtype));
    return own(at::from_blob(data, at::IntArrayRef(sizes, dims), [release, context](void*) { release(context); }, options));
  }, nullptr);
  if (!result) release(context);
  return result;
}

// ---- modes: all per thread ----

API int st_grad_mode() { return c10::GradMode::is_enabled(); }
API void st_set_grad_mode(int enabled) { c10::GradMode::set_enabled(enabled != 0); }
API int st_inference_mode() { return c10::InferenceMode::is_enabled(); }
API void* st_inference_enter(int enabled) { return guarded([&]() -> void* { return new c10::InferenceMode(enabled != 0); }, nullptr); }
API void st_inference_leave(void* guard) { delete static_cast<c10::InferenceMode*>(guard); }

// ---- random numbers ----

API int st_manual_seed(int64_t seed) { return guarded([&] { at::manual_seed(static_cast<uint64_t>(seed)); return 0; }, -1); }
API void* st_default_generator() {
  return guarded([&]() -> void* { return at::Generator(at::globalContext().defaultGenerator(c10::kCPU)).unsafeReleaseGeneratorImpl(); }, nullptr);
}
API void* st_generator(int64_t seed, int device, int index) {
  return guarded([&]() -> void* {
    auto type = static_cast<c10::DeviceType>(device);
    if (type == c10::kCPU) return at::make_generator<at::CPUGeneratorImpl>(static_cast<uint64_t>(seed)).unsafeReleaseGeneratorImpl();
    auto generator = at::globalContext().defaultGenerator(c10::Device(type, static_cast<c10::DeviceIndex>(index))).clone();
    generator.set_current_seed(static_cast<uint64_t>(seed));
    return generator.unsafeReleaseGeneratorImpl();
  }, nullptr);
}
API void st_generator_release(void* generator) { c10::intrusive_ptr<c10::GeneratorImpl>::reclaim(static_cast<c10::GeneratorImpl*>(generator)); }
API int st_generator_set_seed(void* generator, int64_t seed) {
  return guarded([&] {
    auto g = borrow_generator(generator);
    std::lock_guard<std::mutex> lock(g.mutex());
    g.set_current_seed(static_cast<uint64_t>(seed));
    return 0;
  }, -1);
}
API int64_t st_generator_current_seed(void* generator) { return static_cast<int64_t>(borrow_generator(generator).current_seed()); }
API int64_t st_generator_seed(void* generator) {
  return guarded([&] {
    auto g = borrow_generator(generator);
    std::lock_guard<std::mutex> lock(g.mutex());
    return static_cast<int64_t>(g.seed());
  }, int64_t(-1));
}
API int st_generator_device(void* generator, int* index) {
  auto device = borrow_generator(generator).device();
  *index = device.index();
  return static_cast<int>(device.type());
}
API void* st_generator_state(void* generator) {
  return guarded([&]() -> void* {
    auto g = borrow_generator(generator);
    std::lock_guard<std::mutex> lock(g.mutex());
    return own(g.get_state());
  }, nullptr);
}
API int st_generator_set_state(void* generator, void* state) {
  return guarded([&] {
    auto g = borrow_generator(generator);
    std::lock_guard<std::mutex> lock(g.mutex());
    g.set_state(borrow(state));
    return 0;
  }, -1);
}

// ---- threads, devices ----

API int st_num_threads() { return at::get_num_threads(); }
// OpenMP keeps the number per calling thread, OpenBLAS one for the process.
API int st_set_num_threads(int count) {
  return guarded([&] {
    at::set_num_threads(count);
    if (auto* set = reinterpret_cast<void (*)(int)>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"))) set(count);
    return 0;
  }, -1);
}
API int st_num_interop_threads() { return at::get_num_interop_threads(); }
API int st_set_num_interop_threads(int count) { return guarded([&] { at::set_num_interop_threads(count); return 0; }, -1); }
// 0: cuBLAS, 1: cuDNN.
API int st_allow_tf32(int library) {
  return guarded([&] { return static_cast<int>(library == 0 ? at::globalContext().allowTF32CuBLAS() : at::globalContext().allowTF32CuDNN()); }, -1);
}
API int st_set_allow_tf32(int library, int allowed) {
  return guarded([&] {
    if (library == 0) at::globalContext().setAllowTF32CuBLAS(allowed != 0);
    else at::globalContext().setAllowTF32CuDNN(allowed != 0);
    return 0;
  }, -1);
}
API int st_cuda_devices() { return guarded([&] { return at::hasCUDA() ? static_cast<int>(at::getNumGPUs()) : 0; }, 0); }
API int st_has_cudnn() { return guarded([&] { return static_cast<int>(at::globalContext().hasCuDNN()); }, 0); }
