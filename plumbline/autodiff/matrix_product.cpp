#include "plumbline/autodiff/matrix_product.hpp"

#include <functional>

#include "plumbline/kernels/product.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace plumbline::autodiff {

namespace {

/// Fewer multiply-adds than this take less time than waking a thread.
constexpr std::size_t kWorthThreads = std::size_t{1} << 20;
/// Rows of C given to a thread come in multiples of the tallest block of the kernel.
constexpr std::size_t kRowGrain = 8;

template <class T>
void multiply_rows(Product<T> product, std::size_t first, std::size_t rows) {
  product.a += first * product.a_row;
  product.c += first * product.c_stride;
  product.rows = rows;
  multiply(product);
}

template <class T>
void multiply_parallel(const Product<T>& product) {
  const std::size_t work = product.rows * product.columns * product.depth;
  const std::size_t threads = work < kWorthThreads ? 1 : thread_count();
  if (threads == 1) return multiply(product);
  const std::size_t share = (product.rows + threads - 1) / threads;
  const std::size_t rows = (share + kRowGrain - 1) / kRowGrain * kRowGrain;
  const auto multiply_share = [&](std::size_t i) {
    multiply_rows(product, i * rows, std::min(rows, product.rows - i * rows));
  };
  parallel_for((product.rows + rows - 1) / rows, std::cref(multiply_share));  // by reference: nothing is allocated
}

template <class T>
void multiply_factors(const View<T>& out, const Factor<T>& a, const Factor<T>& b, bool add) {
  Product<T> product;
  product.a = a.of.data;
  product.a_row = a.transposed ? 1 : a.of.shape.columns;
  product.a_depth = a.transposed ? a.of.shape.columns : 1;
  product.b = b.of.data;
  product.b_stride = b.of.shape.columns;
  product.b_transposed = b.transposed;
  product.c = out.data;
  product.c_stride = out.shape.columns;
  product.rows = out.shape.rows;
  product.columns = out.shape.columns;
  product.depth = a.shape().columns;
  product.add = add;
  multiply_parallel(product);
}

}  // namespace

void multiply_into(View<float> out, const Factor<float>& a, const Factor<float>& b, bool add) {
  multiply_factors(out, a, b, add);
}

void multiply_into(View<double> out, const Factor<double>& a, const Factor<double>& b, bool add) {
  multiply_factors(out, a, b, add);
}

}  // namespace plumbline::autodiff
