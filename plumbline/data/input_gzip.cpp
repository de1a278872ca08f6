#include <zlib.h>

#include <algorithm>
#include <new>
#include <vector>

#include "plumbline/core/errors.hpp"
#include "plumbline/data/input.hpp"

namespace plumbline {

namespace {

constexpr std::size_t kCompressedBlock = std::size_t{1} << 18;
constexpr int kGzipOnly = 16 + MAX_WBITS;

class GzipInput final : public ByteInput {
 public:
  explicit GzipInput(std::unique_ptr<ByteInput> compressed)
      : ByteInput(compressed->path()), compressed_(std::move(compressed)), block_(kCompressedBlock) {
    if (::inflateInit2(&stream_, kGzipOnly) != Z_OK) throw std::bad_alloc();
  }
  ~GzipInput() override { (void)::inflateEnd(&stream_); }

  std::size_t read(char* into, std::size_t count) override {
    std::size_t got = 0;
    while (got < count && more_input()) got += inflate_some(into + got, count - got);
    return got;
  }

  void rewind() override {
    compressed_->rewind();
    (void)::inflateReset(&stream_);
    stream_.avail_in = 0;
    inside_member_ = false;
    any_member_ = false;
    pending_output_ = false;
  }
  std::uint64_t position() const override { return compressed_->position(); }
  std::uint64_t total() const override { return compressed_->total(); }
  std::uint64_t size() const override { return 0; }

 private:
  /// False at the end of the last member.
  bool more_input() {
    if (stream_.avail_in > 0 || pending_output_) return true;
    stream_.next_in = block_.data();
    stream_.avail_in = static_cast<uInt>(compressed_->read(reinterpret_cast<char*>(block_.data()), block_.size()));
    if (stream_.avail_in > 0) return true;
    if (inside_member_) throw DataError({path(), 0, 0, ""}, "the gzip data end too early: the file is truncated");
    if (!any_member_) throw DataError({path(), 0, 0, ""}, "the file is empty");
    return false;
  }

  std::size_t inflate_some(char* into, std::size_t count) {
    const auto room = static_cast<uInt>(std::min<std::size_t>(count, std::size_t{1} << 30));
    stream_.next_out = reinterpret_cast<Bytef*>(into);
    stream_.avail_out = room;
    inside_member_ = true;
    const int result = ::inflate(&stream_, Z_NO_FLUSH);
    if (result == Z_MEM_ERROR) throw std::bad_alloc();
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) fail();
    pending_output_ = result != Z_STREAM_END && stream_.avail_out == 0;
    if (result == Z_STREAM_END) {
      inside_member_ = false;
      any_member_ = true;
      (void)::inflateReset(&stream_);
    }
    return room - stream_.avail_out;
  }

  [[noreturn]] void fail() const {
    const bool wrong_start = !any_member_ && stream_.total_out == 0;
    throw DataError({path(), 0, 0, ""},
                    wrong_start ? "the name ends in .gz, but the content is not gzip" : "the gzip data are damaged");
  }

  std::unique_ptr<ByteInput> compressed_;
  std::vector<Bytef> block_;
  z_stream stream_ = {};
  bool inside_member_ = false;
  bool any_member_ = false;
  bool pending_output_ = false;
};

}  // namespace

std::unique_ptr<ByteInput> gzip_input(std::unique_ptr<ByteInput> compressed) {
  return std::make_unique<GzipInput>(std::move(compressed));
}

}  // namespace plumbline
