/* A sound card behind ALSA, with one rate, one number of channels, and room for one program at a time.
 *
 *     pcm_type.card { lib "/folder/card.so" }
 *     pcm.NAME { type card sound "/folder/pipe" state "/folder/card.state" rate 44100 channels 2 }
 *
 * What it hears is read from the pipe "sound", in its own format; while nothing is in there it hears what "state"
 * says. What it plays is gone. Both take the time that the sound takes.
 */
#include <alsa/asoundlib.h>
#include <alsa/pcm_external.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define TICK_NS 5000000
#define BUFFER_BYTES (1 << 19)

/* Numbers that tests change while the card is open. */
struct state {
    int32_t noise;    /* level of what it hears while nobody speaks; 0 is dead silence */
    int32_t is_stuck; /* it takes no more sound */
};

struct card {
    snd_pcm_ioplug_t io;
    const volatile struct state *state;
    int lock, sound;
    int64_t began_ns;
    uint64_t moved, played; /* frames handed over, and frames that were heard, since it was prepared */
    snd_pcm_uframes_t boundary;
};

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void tick(struct card *card, long ns) {
    struct itimerspec every = {{0, ns}, {0, ns}};
    timerfd_settime(card->io.poll_fd, 0, &every, NULL);
}

static int card_start(snd_pcm_ioplug_t *io) {
    struct card *card = io->private_data;
    card->began_ns = now_ns();
    tick(card, TICK_NS);
    return 0;
}

static int card_stop(snd_pcm_ioplug_t *io) {
    tick(io->private_data, 0);
    return 0;
}

static int card_prepare(snd_pcm_ioplug_t *io) {
    struct card *card = io->private_data;
    card->moved = card->played = 0;
    return 0;
}

static int card_sw_params(snd_pcm_ioplug_t *io, snd_pcm_sw_params_t *params) {
    struct card *card = io->private_data;
    return snd_pcm_sw_params_get_boundary(params, &card->boundary);
}

static snd_pcm_sframes_t card_pointer(snd_pcm_ioplug_t *io) {
    struct card *card = io->private_data;
    if (io->state != SND_PCM_STATE_RUNNING && io->state != SND_PCM_STATE_DRAINING) return card->played % card->boundary;
    uint64_t due = (now_ns() - card->began_ns) * (double)io->rate / 1e9;
    if (io->stream == SND_PCM_STREAM_CAPTURE) {
        if (due > card->moved + io->buffer_size) return -EPIPE;
        return due % card->boundary;
    }
    if (!card->state->is_stuck) card->played = due < card->moved ? due : card->moved;
    if (!card->state->is_stuck && due > card->moved && io->state != SND_PCM_STATE_DRAINING) return -EPIPE;
    return card->played % card->boundary;
}

static snd_pcm_sframes_t card_transfer(
    snd_pcm_ioplug_t *io, const snd_pcm_channel_area_t *areas, snd_pcm_uframes_t offset, snd_pcm_uframes_t size) {
    struct card *card = io->private_data;
    card->moved += size;
    if (io->stream == SND_PCM_STREAM_PLAYBACK) return size;
    size_t frame_bytes = 2 * io->channels, wanted = size * frame_bytes, had = 0;
    char *target = (char *)areas->addr + areas->first / 8 + offset * frame_bytes;
    while (had < wanted) {
        ssize_t got = read(card->sound, target + had, wanted - had);
        if (got <= 0) break;
        had += got;
    }
    /* Even numbers: tests write words into the lowest bits. */
    int16_t level = 2 * card->state->noise, *samples = (int16_t *)target;
    for (size_t at = had / 2; at < wanted / 2; at++) samples[at] = at / io->channels % 2 ? level : -level;
    return size;
}

static int card_poll_revents(snd_pcm_ioplug_t *io, struct pollfd *fds, unsigned int count, unsigned short *revents) {
    uint64_t ticks;
    struct card *card = io->private_data;
    if (count != 1) return -EINVAL;
    if (read(fds->fd, &ticks, sizeof ticks) < 0 && errno != EAGAIN) return -errno;
    snd_pcm_sframes_t at = card_pointer(io);
    if (io->state == SND_PCM_STATE_XRUN) *revents = POLLERR;
    else if (io->stream == SND_PCM_STREAM_CAPTURE) *revents = POLLIN;
    else *revents = at < 0 || card->moved - card->played < io->buffer_size ? POLLOUT : 0;
    return 0;
}

static int card_close(snd_pcm_ioplug_t *io) {
    struct card *card = io->private_data;
    close(io->poll_fd);
    close(card->lock);
    if (card->sound >= 0) close(card->sound);
    munmap((void *)card->state, sizeof *card->state);
    free(card);
    return 0;
}

static const snd_pcm_ioplug_callback_t callbacks = {
    .start = card_start,
    .stop = card_stop,
    .prepare = card_prepare,
    .pointer = card_pointer,
    .transfer = card_transfer,
    .sw_params = card_sw_params,
    .poll_revents = card_poll_revents,
    .close = card_close,
};

static int constrain(snd_pcm_ioplug_t *io, unsigned int rate, unsigned int channels) {
    unsigned int accesses[] = {SND_PCM_ACCESS_RW_INTERLEAVED, SND_PCM_ACCESS_MMAP_INTERLEAVED};
    unsigned int format = SND_PCM_FORMAT_S16_LE;
    int err = snd_pcm_ioplug_set_param_list(io, SND_PCM_IOPLUG_HW_ACCESS, 2, accesses);
    if (!err) err = snd_pcm_ioplug_set_param_list(io, SND_PCM_IOPLUG_HW_FORMAT, 1, &format);
    if (!err) err = snd_pcm_ioplug_set_param_list(io, SND_PCM_IOPLUG_HW_RATE, 1, &rate);
    if (!err) err = snd_pcm_ioplug_set_param_list(io, SND_PCM_IOPLUG_HW_CHANNELS, 1, &channels);
    if (!err) err = snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_PERIODS, 2, 64);
    if (!err) err = snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_PERIOD_BYTES, 128, BUFFER_BYTES / 2);
    if (!err) err = snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_BUFFER_BYTES, 256, BUFFER_BYTES);
    return err;
}

/* Everything that can fail before ALSA knows of the card; a negative errno, with everything closed again. */
static int open_files(struct card *card, const char *sound, const char *state, snd_pcm_stream_t stream) {
    int is_ear = stream == SND_PCM_STREAM_CAPTURE, err;
    card->sound = card->io.poll_fd = -1;
    card->lock = open(is_ear ? sound : state, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (card->lock < 0) return -errno;
    if (flock(card->lock, LOCK_EX | LOCK_NB)) {
        err = errno == EWOULDBLOCK ? -EBUSY : -errno;
        close(card->lock);
        return err;
    }
    int numbers = open(state, O_RDONLY | O_CLOEXEC);
    void *seen = numbers < 0 ? MAP_FAILED : mmap(NULL, sizeof *card->state, PROT_READ, MAP_SHARED, numbers, 0);
    err = seen == MAP_FAILED ? -errno : 0;
    if (numbers >= 0) close(numbers);
    if (is_ear) card->sound = open(sound, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    card->io.poll_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    card->state = seen;
    if (err) {
        close(card->lock);
        close(card->io.poll_fd);
        if (card->sound >= 0) close(card->sound);
    }
    return err;
}

SND_PCM_PLUGIN_DEFINE_FUNC(card) {
    const char *sound = NULL, *state = NULL;
    long rate = 16000, channels = 1;
    snd_config_iterator_t at, next;
    snd_config_for_each(at, next, conf) {
        snd_config_t *entry = snd_config_iterator_entry(at);
        const char *id;
        if (snd_config_get_id(entry, &id) < 0) continue;
        if (!strcmp(id, "sound")) snd_config_get_string(entry, &sound);
        if (!strcmp(id, "state")) snd_config_get_string(entry, &state);
        if (!strcmp(id, "rate")) snd_config_get_integer(entry, &rate);
        if (!strcmp(id, "channels")) snd_config_get_integer(entry, &channels);
    }
    if (!sound || !state) return -EINVAL;
    struct card *card = calloc(1, sizeof *card);
    if (!card) return -ENOMEM;
    int err = open_files(card, sound, state, stream);
    if (err) {
        free(card);
        return err;
    }
    card->io.version = SND_PCM_IOPLUG_VERSION;
    card->io.flags = SND_PCM_IOPLUG_FLAG_BOUNDARY_WA;
    card->io.name = "card of tests";
    card->io.poll_events = POLLIN;
    card->io.callback = &callbacks;
    card->io.private_data = card;
    err = snd_pcm_ioplug_create(&card->io, name, stream, mode);
    if (err < 0) {
        card_close(&card->io);
        return err;
    }
    err = constrain(&card->io, rate, channels);
    if (err < 0) {
        snd_pcm_ioplug_delete(&card->io);
        return err;
    }
    *pcmp = card->io.pcm;
    return 0;
}

SND_PCM_PLUGIN_SYMBOL(card);
