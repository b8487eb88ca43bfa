"""Under which names do people keep what a request is made of: programs, tables, spreadsheets in other languages?"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# our column -> the names that people give it; of several in one record the first of these counts.
NAMES: dict[str, tuple[str, ...]] = {
    "request_id": ("request_id", "id", "call_id", "message_id", "uuid", "generation_id", "custom_id", "correlation_id",
                   "databricks_request_id", "log_id", "key", "solicitud_id", "anfrage_id", "run_id", "response_id",
                   "prediction_id"),
    "conversation_id": ("conversation_id", "session_id", "thread_id", "chat_id", "conversation", "session", "sesion",
                        "conversacion", "sitzung", "unterhaltung", "gesprach", "trace_id", "root_span_id"),
    "turn": ("turn", "turn_index"),
    "time": ("started_date_time", "time", "timestamp", "ts", "datetime", "created", "created_at", "start_time",
             "started_at", "logging_time", "time_iso8601", "time_generated", "timestamp_ms", "event_time", "start",
             "request_start_time", "prediction_ts", "start_ns", "created_time", "date", "fecha_hora", "fecha", "hora",
             "zeit", "zeitpunkt", "zeitstempel", "datum", "horodatage", "data", "data_ora", "tijd"),
    "ended": ("end_time", "request_end_time", "ended_at", "finished_at", "completed_at", "end"),
    "model": ("model", "model_name", "model_id", "llm", "ls_model_name", "response_model", "request_model", "ai_model",
              "model_permaslug", "llm_model_name", "deployment", "model_deployment_name", "deployment_name", "modelo",
              "modell", "modele", "modello", "model_version"),
    "provider": ("provider", "ai_provider", "provider_name", "vendor", "ls_provider", "ai_org", "proveedor",
                 "anbieter"),
    "messages": ("messages", "conversation_messages", "chat", "contents", "conversations", "conversation",
                 "request_messages", "input_messages"),
    "system": ("system", "system_prompt", "system_instruction", "instructions", "system_message"),
    "prompt": ("prompt", "prompts", "input", "inputs", "question", "query", "user_message", "request", "text",
               "user_input", "input_text", "request_text", "request_body", "instruction", "pregunta", "entrada",
               "consulta", "frage", "eingabe", "anfrage", "pergunta", "domanda", "vraag", "invite"),
    "response": ("response", "output", "outputs", "completion", "completions", "answer", "assistant_message", "reply",
                 "generated_text", "message", "choices", "candidates", "generations", "response_messages",
                 "output_text", "response_text", "response_body", "output_body_json", "respuesta", "salida", "antwort",
                 "ausgabe", "resposta", "reponse", "risposta"),
    "input": ("input_tokens", "prompt_tokens", "native_tokens_prompt", "tokens_in", "tokens_prompt", "in_tokens",
              "message_tokens", "req_units", "input_token_count", "prompt_token_count", "prompt_eval_count",
              "tokens_input", "tokens_entrada", "tokens_de_entrada", "eingabe_token", "eingabe_tokens", "eingabetoken",
              "input_token", "jetons_entree", "token_ingresso"),
    "output": ("output_tokens", "completion_tokens", "native_tokens_completion", "tokens_out", "tokens_completion",
               "out_tokens", "answer_tokens", "response_token_count", "res_units", "output_token_count",
               "candidates_token_count", "eval_count", "tokens_output", "generated_tokens", "tokens_salida",
               "tokens_de_salida", "ausgabe_token", "ausgabe_tokens", "ausgabetoken", "output_token", "jetons_sortie",
               "token_uscita"),
    "cache_read": ("cached_tokens", "cache_read_tokens", "cache_read", "native_tokens_cached",
                   "cached_content_token_count", "tokens_cached", "prompt_cached_tokens"),
    "cache_write": ("cache_write_tokens", "cache_write", "cache_creation_tokens", "prompt_cache_creation_tokens"),
    "reasoning": ("reasoning_tokens", "native_tokens_reasoning", "tokens_reasoning"),
    # Anthropic's and Bedrock's input leaves these out, Gemini's output its thoughts; ours hold them.
    "read_apart": ("cache_read_input_tokens", "cache_read_input_token_count"),
    "written_apart": ("cache_creation_input_tokens", "cache_write_input_tokens", "cache_write_input_token_count"),
    "thought_apart": ("thoughts_token_count",),
    "cost_usd": ("cost_usd", "cost", "spend", "total_cost", "cost_total", "total_price", "total_estimated_cost",
                 "estimated_cost", "price", "usd", "coste", "costo", "coste_usd", "kosten", "kosten_usd", "cout",
                 "custo", "preis", "precio"),
    "cost_in": ("input_cost", "prompt_cost", "cost_input"),
    "cost_out": ("output_cost", "completion_cost", "cost_output"),
    "latency_ms": ("latency_ms", "response_latency_ms", "provider_response_latency", "provider_latency", "duration_ms",
                   "response_time_ms", "execution_time_ms", "delay_ms", "request_latency", "latencia_ms", "dauer_ms",
                   "latenz_ms", "generation_time_ms", "response_time", "latency", "duration", "elapsed", "took",
                   "processing_time", "execution_time", "generation_time"),
    "first_token_ms": ("first_token_ms", "ttft_ms", "time_to_first_token_ms", "ttft", "time_to_first_token"),
    "status": ("status", "status_code", "response_status_code", "error", "error_code", "exception", "state",
               "result_signature", "estado"),
    "cached": ("cached", "cache_hit", "cache_status"),
    "feedback": ("feedback", "rating", "thumbs"),
    "use_case": ("use_case", "usecase", "task", "feature", "category", "app", "app_name", "application", "route",
                 "caso_de_uso", "caso_uso", "anwendungsfall", "aufgabe", "cas_d_usage", "caso_d_uso", "tarea"),
    "prompt_name": ("prompt_name", "prompt_id", "template", "template_name", "plantilla", "vorlage"),
    "tag": ("tag", "tags", "label", "etiqueta"),
    "api_key": ("api_key", "key_name", "api_key_name"),
    "user_id": ("user_id", "end_user", "customer", "customer_id", "account", "user", "usuario", "benutzer", "nutzer"),
    "kind": ("run_type", "span_kind", "span_type"),
}  # fmt: skip
# Settings that change the answer, under OpenAI's names.
PARAMS = {
    **{name: name for name in (
        "temperature", "top_p", "top_k", "max_tokens", "max_completion_tokens", "seed", "stop", "response_format",
        "presence_penalty", "frequency_penalty", "tool_choice", "reasoning_effort",
    )},
    "max_output_tokens": "max_tokens", "max_tokens_to_sample": "max_tokens", "stop_sequences": "stop",
}  # fmt: skip
# The label of a record that is no call of a model, in traces that hold all that a program does.
NO_CALLS = {
    "chain",
    "tool",
    "retriever",
    "embedding",
    "agent",
    "parser",
    "prompt",
    "reranker",
    "function",
    "task",
    "score",
    "eval",
    "evaluator",
    "guardrail",
    "workflow",
}
# Models that answer no talk: an embedding, a picture, a voice, a verdict.
_NO_TALK = re.compile(
    r"embed|dall-e|gpt-image|whisper|-tts|tts-|transcribe|rerank|moderation|stable-diffusion|imagen|^(?:bge|e5)-|sora",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BETWEEN = re.compile(r"[^a-z0-9]+")


def spelled(name: str) -> str:
    """A name in lower case with underscores, without accents and signs.

    >>> spelled("promptTokenCount"), spelled("Eingabe-Token"), spelled("Kosten (USD)"), spelled("Caché")
    ('prompt_token_count', 'eingabe_token', 'kosten_usd', 'cache')
    """
    plain = unicodedata.normalize("NFKD", _CAMEL.sub("_", name.strip())) if not name.islower() else name
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return _BETWEEN.sub("_", plain.lower()).strip("_")


@lru_cache(maxsize=4096)
def no_talk(model: str) -> bool:
    """Whether a model is none that answers a talk, by its name.

    >>> no_talk("text-embedding-3-small"), no_talk("gpt-4o")
    (True, False)
    """
    return _NO_TALK.search(model) is not None
