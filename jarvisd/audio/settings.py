"""The rules of the ear from the configuration. Pure."""

from __future__ import annotations

from jarvisd.audio.answers.answer_session import AnswerRules
from jarvisd.audio.speech.endpoint import EndpointRules
from jarvisd.audio.speech.turn_end import TurnRules
from jarvisd.audio.turn.listener import ListenRules
from jarvisd.audio.turn.reply_window import FollowUpRules
from jarvisd.audio.wake.near_miss_log import RetentionRules
from jarvisd.audio.wake.second_opinion import OpinionRules
from jarvisd.audio.wake.wake_detection import WakeRules
from jarvisd.config.schema import Config


def endpoint_rules(config: Config) -> EndpointRules:
    """When a request begins and ends."""
    endpoint = config.endpoint
    return EndpointRules(
        silence_ms=endpoint.silence_ms,
        min_speech_ms=endpoint.min_speech_ms,
        max_ms=round(endpoint.max_utterance_s * 1000),
        lead_silence_ms=endpoint.lead_silence_ms,
        speculate_after_ms=endpoint.speculate_after_ms,
    )


def turn_rules(config: Config) -> TurnRules:
    """How long a pause must last to be the end of a request."""
    endpoint = config.endpoint
    return TurnRules(
        sure_likelihood=endpoint.turn_threshold,
        likely_likelihood=endpoint.turn_likely,
        sure_ms=endpoint.turn_sure_ms,
        likely_ms=endpoint.turn_likely_ms,
        doubtful_ms=endpoint.silence_ms,
        going_on_ms=endpoint.turn_open_ms,
    )


def wake_rules(config: Config) -> WakeRules:
    """Which scores of the wake word count."""
    wake = config.wake
    return WakeRules(wake.threshold, max(wake.threshold, wake.sure_score), wake.micro_threshold)


def opinion_rules(config: Config) -> OpinionRules:
    """When a second model makes a low score count."""
    wake = config.wake
    return OpinionRules(wake.second_floor, wake.second_threshold, wake.threshold)


def retention_rules(config: Config) -> RetentionRules:
    """Whether and how long the sound of near-misses is kept."""
    wake = config.wake
    return RetentionRules(wake.keep_near_misses, wake.near_miss_days * 86_400, wake.near_miss_mb * 1_000_000)


def listen_rules(config: Config) -> ListenRules:
    """How requests and answers are heard."""
    endpoint, consent, follow_up = config.endpoint, config.consent, config.follow_up
    return ListenRules(
        endpoint=endpoint_rules(config),
        turn=turn_rules(config),
        preroll_ms=endpoint.preroll_ms,
        refractory_ms=config.wake.refractory_ms,
        answer=AnswerRules(
            silence_ms=endpoint.answer_silence_ms,
            min_speech_ms=endpoint.min_speech_ms,
            preroll_ms=endpoint.preroll_ms,
            reserve_s=consent.question_limit_s + max(consent.window_s, follow_up.question_s),
        ),
        follow_up=FollowUpRules(question_s=follow_up.question_s, answer_s=follow_up.answer_s),
    )
