/* A driver's library as pynvml calls it. NVML_FAKE says what it is like: "hang" never answers, "broken" refuses, and a
   list of numbers are the sizes of its cards in MB. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct { unsigned long long total, available, used; } memory;

static const char *said(void) { const char *text = getenv("NVML_FAKE"); return text ? text : ""; }

int nvmlInitWithFlags(unsigned flags) {
    (void)flags;
    while (!strcmp(said(), "hang")) pause();
    return strcmp(said(), "broken") ? 0 : 18; /* NVML_ERROR_LIB_RM_VERSION_MISMATCH */
}

int nvmlShutdown(void) { return 0; }

const char *nvmlErrorString(int code) { return code == 18 ? "Driver/library version mismatch" : "Unknown Error"; }

int nvmlDeviceGetCount_v2(unsigned *count) {
    *count = *said() ? 1 : 0;
    for (const char *at = said(); *at; at++) *count += *at == ',';
    return 0;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **handle) { *handle = (void *)(size_t)(index + 1); return 0; }

int nvmlDeviceGetName(void *handle, char *name, unsigned length) {
    snprintf(name, length, "Fake RTX %zu", (size_t)handle);
    return 0;
}

int nvmlDeviceGetMemoryInfo(void *handle, memory *found) {
    const char *at = said();
    for (size_t left = (size_t)handle; left > 1; left--) at = strchr(at, ',') + 1;
    memset(found, 0, sizeof *found);
    found->total = strtoull(at, NULL, 10) << 20;
    return 0;
}
